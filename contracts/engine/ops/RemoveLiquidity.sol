// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "../Constants.sol" as C;
import {Holdings} from "../Holdings.sol";
import {load, store} from "../Memory.sol";
import {Outcomes} from "../Outcomes.sol";
import {Pools} from "../Pools.sol";
import {Leaf, Op, Work} from "../Work.sol";

library RemoveLiquidity {
    /// @dev object = pool, amount = shares, amount2, amount3 = least of each asset. Rounding: what is got is rounded down.
    function removeLiquidity(Work work, Op op) internal pure returns (uint8 outcome) {
        uint256 pool = Pools.find(work, op.object());
        if (pool == 0) return Outcomes.WRONG_KIND;
        uint256 shares = op.amount();
        if (shares == 0) return Outcomes.ZERO_AMOUNT;
        Pools.accrue(work, pool);
        Leaf signer = work.signer();
        outcome = Holdings.lower(work, signer, Pools.sharesKey(op.object()), shares);
        if (outcome != Outcomes.OK) return outcome;
        (uint256 reserve0, uint256 reserve1) = Pools.reserves(pool);
        uint256 total = load(pool + C.POOL_AT_TOTAL_SHARES, 8);
        uint256 got0 = (shares * reserve0) / total;
        uint256 got1 = (shares * reserve1) / total;
        if (got0 == 0 || got1 == 0) return Outcomes.ZERO_AMOUNT;
        if (got0 < op.amount2() || got1 < op.amount3()) return Outcomes.LIMIT_NOT_MET;
        store(pool + C.POOL_AT_RESERVE0, 8, reserve0 - got0);
        store(pool + C.POOL_AT_RESERVE1, 8, reserve1 - got1);
        store(pool + C.POOL_AT_TOTAL_SHARES, 8, total - shares);
        outcome = Holdings.raise(work, signer, load(pool + C.POOL_AT_ASSET0, 4), got0, work.ownerSigned());
        if (outcome != Outcomes.OK) return outcome;
        return Holdings.raise(work, signer, load(pool + C.POOL_AT_ASSET1, 4), got1, work.ownerSigned());
    }
}
