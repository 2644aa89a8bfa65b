// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "../Constants.sol" as C;
import {Op, Work} from "../Work.sol";
import {AddLiquidity} from "./AddLiquidity.sol";
import {CreatePool} from "./CreatePool.sol";
import {OpFamily} from "./OpFamily.sol";
import {RemoveLiquidity} from "./RemoveLiquidity.sol";
import {SwapExactIn} from "./SwapExactIn.sol";
import {SwapExactOut} from "./SwapExactOut.sol";

/// @title The ops on constant-product pools.
contract PoolOps is OpFamily {
    function verbs() public pure override returns (uint256) {
        return
            (1 << C.VERB_CREATE_POOL) |
            (1 << C.VERB_ADD_LIQUIDITY) |
            (1 << C.VERB_REMOVE_LIQUIDITY) |
            (1 << C.VERB_SWAP_EXACT_IN0) |
            (1 << C.VERB_SWAP_EXACT_IN1) |
            (1 << C.VERB_SWAP_EXACT_OUT0) |
            (1 << C.VERB_SWAP_EXACT_OUT1);
    }

    function _execute(Work work, Op op) internal pure override returns (uint8) {
        uint256 verb = op.verb();
        if (verb == C.VERB_SWAP_EXACT_IN0) return SwapExactIn.swapExactIn(work, op, true);
        if (verb == C.VERB_SWAP_EXACT_IN1) return SwapExactIn.swapExactIn(work, op, false);
        if (verb == C.VERB_SWAP_EXACT_OUT0) return SwapExactOut.swapExactOut(work, op, true);
        if (verb == C.VERB_SWAP_EXACT_OUT1) return SwapExactOut.swapExactOut(work, op, false);
        if (verb == C.VERB_ADD_LIQUIDITY) return AddLiquidity.addLiquidity(work, op);
        if (verb == C.VERB_REMOVE_LIQUIDITY) return RemoveLiquidity.removeLiquidity(work, op);
        return CreatePool.createPool(work, op);
    }
}
