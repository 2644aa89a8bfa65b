// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import "../Constants.sol" as C;
import {Holdings} from "../Holdings.sol";
import {load, store} from "../Memory.sol";
import {Outcomes} from "../Outcomes.sol";
import {Pools} from "../Pools.sol";
import {Leaf, Op, Work} from "../Work.sol";

library AddLiquidity {
    /// @dev object = pool, amount, amount2 = most to add of each asset, amount3 = least shares. Rounding: shares are rounded down.
    function addLiquidity(Work work, Op op) internal pure returns (uint8) {
        uint256 pool = Pools.find(work, op.object());
        if (pool == 0) return Outcomes.WRONG_KIND;
        if (op.amount() == 0 || op.amount2() == 0) return Outcomes.ZERO_AMOUNT;
        Pools.accrue(work, pool);
        (uint256 reserve0, uint256 reserve1) = Pools.reserves(pool);
        (uint256 added0, uint256 added1) = (op.amount(), (op.amount() * reserve1) / reserve0);
        if (added1 > op.amount2()) (added0, added1) = ((op.amount2() * reserve0) / reserve1, op.amount2());
        uint256 total = load(pool + C.POOL_AT_TOTAL_SHARES, 8);
        uint256 shares = Math.min((added0 * total) / reserve0, (added1 * total) / reserve1);
        if (shares == 0) return Outcomes.ZERO_AMOUNT;
        if (shares < op.amount3()) return Outcomes.LIMIT_NOT_MET;
        uint256 most = Math.max(Math.max(reserve0 + added0, reserve1 + added1), total + shares);
        if (most > type(uint64).max) return Outcomes.OVERFLOW;
        store(pool + C.POOL_AT_RESERVE0, 8, reserve0 + added0);
        store(pool + C.POOL_AT_RESERVE1, 8, reserve1 + added1);
        store(pool + C.POOL_AT_TOTAL_SHARES, 8, total + shares);
        return _pay(work, op.object(), pool, added0, added1, shares);
    }

    function _pay(
        Work work,
        uint256 object,
        uint256 pool,
        uint256 added0,
        uint256 added1,
        uint256 shares
    ) private pure returns (uint8 outcome) {
        Leaf signer = work.signer();
        outcome = Holdings.lower(work, signer, load(pool + C.POOL_AT_ASSET0, 4), added0);
        if (outcome != Outcomes.OK) return outcome;
        outcome = Holdings.lower(work, signer, load(pool + C.POOL_AT_ASSET1, 4), added1);
        if (outcome != Outcomes.OK) return outcome;
        return Holdings.raise(work, signer, Pools.sharesKey(object), shares, work.ownerSigned());
    }
}
