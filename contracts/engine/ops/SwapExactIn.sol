// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "../Constants.sol" as C;
import {load} from "../Memory.sol";
import {Outcomes} from "../Outcomes.sol";
import {Pools} from "../Pools.sol";
import {Op, Work} from "../Work.sol";

library SwapExactIn {
    /// @dev object = pool, amount = paid, amount2 = least to get. Rounding: what is got is rounded down.
    function swapExactIn(Work work, Op op, bool zeroForOne) internal pure returns (uint8) {
        uint256 pool = Pools.find(work, op.object());
        if (pool == 0) return Outcomes.WRONG_KIND;
        if (op.amount() == 0) return Outcomes.ZERO_AMOUNT;
        Pools.accrue(work, pool);
        Pools.Sides memory s = Pools.sides(pool, zeroForOne);
        uint256 counted = op.amount() * Pools.feeFactor(pool);
        uint256 got = (counted * load(s.reserveOutAt, 8)) / (load(s.reserveInAt, 8) * C.FEE_DENOMINATOR + counted);
        if (got == 0) return Outcomes.ZERO_AMOUNT;
        if (got < op.amount2()) return Outcomes.LIMIT_NOT_MET;
        return Pools.trade(work, s, op.amount(), got);
    }
}
