// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "../Constants.sol" as C;
import {Holdings} from "../Holdings.sol";
import {Outcomes} from "../Outcomes.sol";
import {Records} from "../Records.sol";
import {Leaf, Op, Work} from "../Work.sol";

library Transfer {
    /// @dev object = asset, object2 = recipient account, amount.
    function transfer(Work work, Op op) internal pure returns (uint8 outcome) {
        if (op.amount() == 0) return Outcomes.ZERO_AMOUNT;
        (, bool ok) = Records.ofKind(work, op.object(), C.RECORD_ASSET);
        if (!ok) return Outcomes.WRONG_KIND;
        Leaf recipient;
        (recipient, ok) = Records.ofKind(work, op.object2(), C.RECORD_ACCOUNT);
        if (!ok) return Outcomes.WRONG_KIND;
        Leaf signer = work.signer();
        if (Leaf.unwrap(recipient) == Leaf.unwrap(signer)) return Outcomes.SELF_TRANSFER;
        outcome = Holdings.lower(work, signer, op.object(), op.amount());
        if (outcome != Outcomes.OK) return outcome;
        return Holdings.raise(work, recipient, op.object(), op.amount(), false);
    }
}
