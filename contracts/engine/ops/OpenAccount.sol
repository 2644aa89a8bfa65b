// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "../Constants.sol" as C;
import {Holdings} from "../Holdings.sol";
import {Outcomes} from "../Outcomes.sol";
import {Records} from "../Records.sol";
import {Op, Work} from "../Work.sol";

library OpenAccount {
    /// @dev object = asset, party = owner, amount. A new account starts with content, taken from the signer.
    function openAccount(Work work, Op op) internal pure returns (uint8 outcome) {
        if (op.party() == address(0)) return Outcomes.ZERO_ADDRESS;
        if (op.amount() == 0) return Outcomes.ZERO_AMOUNT;
        (, bool ok) = Records.ofKind(work, op.object(), C.RECORD_ASSET);
        if (!ok) return Outcomes.WRONG_KIND;
        outcome = Holdings.lower(work, work.signer(), op.object(), op.amount());
        if (outcome != Outcomes.OK) return outcome;
        if (Records.objectsFull(work)) return Outcomes.OBJECTS_FULL;
        Records.createAccount(work, op.party(), op.object(), op.amount());
    }
}
