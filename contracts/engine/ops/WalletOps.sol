// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "../Constants.sol" as C;
import {Op, Work} from "../Work.sol";
import {CollectFees} from "./CollectFees.sol";
import {OpenAccount} from "./OpenAccount.sol";
import {OpFamily} from "./OpFamily.sol";
import {Transfer} from "./Transfer.sol";
import {Withdraw} from "./Withdraw.sol";

/// @title The ops that move balances of one asset.
contract WalletOps is OpFamily {
    function verbs() public pure override returns (uint256) {
        return
            (1 << C.VERB_OPEN_ACCOUNT) | (1 << C.VERB_TRANSFER) | (1 << C.VERB_WITHDRAW) | (1 << C.VERB_COLLECT_FEES);
    }

    function _execute(Work work, Op op) internal pure override returns (uint8) {
        uint256 verb = op.verb();
        if (verb == C.VERB_TRANSFER) return Transfer.transfer(work, op);
        if (verb == C.VERB_WITHDRAW) return Withdraw.withdraw(work, op);
        if (verb == C.VERB_OPEN_ACCOUNT) return OpenAccount.openAccount(work, op);
        return CollectFees.collectFees(work, op);
    }
}
