// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "../Constants.sol" as C;
import {load} from "../Memory.sol";
import {Nonces} from "../Nonces.sol";
import {Outcomes} from "../Outcomes.sol";
import {Op, Work} from "../Work.sol";

library CancelNonces {
    /// @dev amount = the new base: all nonces below it count as used.
    function cancelNonces(Work work, Op op) internal pure returns (uint8) {
        uint256 account = work.record(work.signer());
        uint256 base = load(account + C.ACCOUNT_AT_NONCE_BASE, 8);
        if (op.amount() <= base || op.amount() > base + C.NONCE_WINDOW) return Outcomes.BAD_NONCE_BASE;
        Nonces.slide(account, op.amount());
        return Outcomes.OK;
    }
}
