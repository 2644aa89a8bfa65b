// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "../Constants.sol" as C;
import {load} from "../Memory.sol";
import {Outcomes} from "../Outcomes.sol";
import {Pools} from "../Pools.sol";
import {Op, Work} from "../Work.sol";

library SwapExactOut {
    /// @dev object = pool, amount = got, amount2 = most to pay. Rounding: what is paid is rounded up.
    function swapExactOut(Work work, Op op, bool zeroForOne) internal pure returns (uint8) {
        uint256 pool = Pools.find(work, op.object());
        if (pool == 0) return Outcomes.WRONG_KIND;
        if (op.amount() == 0) return Outcomes.ZERO_AMOUNT;
        Pools.accrue(work, pool);
        Pools.Sides memory s = Pools.sides(pool, zeroForOne);
        uint256 reserveOut = load(s.reserveOutAt, 8);
        if (op.amount() >= reserveOut) return Outcomes.INSUFFICIENT_LIQUIDITY;
        uint256 left = (reserveOut - op.amount()) * Pools.feeFactor(pool);
        uint256 paid = (load(s.reserveInAt, 8) * op.amount() * C.FEE_DENOMINATOR) / left + 1;
        if (paid > op.amount2()) return Outcomes.LIMIT_NOT_MET;
        return Pools.trade(work, s, paid, op.amount());
    }
}
