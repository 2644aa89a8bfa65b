// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "../Constants.sol" as C;
import {Holdings} from "../Holdings.sol";
import {Outcomes} from "../Outcomes.sol";
import {Records} from "../Records.sol";
import {Leaf, Op, Work} from "../Work.sol";

library Withdraw {
    /// @dev object = asset, party = recipient on L1, amount. Burns the holding and makes an exit.
    function withdraw(Work work, Op op) internal pure returns (uint8 outcome) {
        if (op.party() == address(0)) return Outcomes.ZERO_ADDRESS;
        if (op.amount() == 0) return Outcomes.ZERO_AMOUNT;
        (Leaf asset, bool ok) = Records.ofKind(work, op.object(), C.RECORD_ASSET);
        if (!ok) return Outcomes.WRONG_KIND;
        outcome = Holdings.lower(work, work.signer(), op.object(), op.amount());
        if (outcome != Outcomes.OK) return outcome;
        if (Records.exitsFull(work)) return Outcomes.EXITS_FULL;
        Records.createExit(work, uint256(Records.tag(work, asset)), op.amount(), op.party());
    }
}
