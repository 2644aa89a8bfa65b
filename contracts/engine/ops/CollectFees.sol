// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "../Constants.sol" as C;
import {Holdings} from "../Holdings.sol";
import {Outcomes} from "../Outcomes.sol";
import {Records} from "../Records.sol";
import {Op, Work} from "../Work.sol";

library CollectFees {
    /// @dev amount, gwei. Only an account of the deployment's fee recipient collects.
    function collectFees(Work work, Op op) internal pure returns (uint8) {
        if (Records.owner(work, work.signer()) != work.feeRecipient()) return Outcomes.NOT_FEE_RECIPIENT;
        if (op.amount() == 0) return Outcomes.ZERO_AMOUNT;
        uint256 fees = work.fees();
        if (op.amount() > fees) return Outcomes.INSUFFICIENT_BALANCE;
        work.setFees(fees - op.amount());
        return Holdings.raise(work, work.signer(), C.ETH_ASSET, op.amount(), work.ownerSigned());
    }
}
