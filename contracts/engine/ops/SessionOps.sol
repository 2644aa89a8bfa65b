// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "../Constants.sol" as C;
import {Op, Work} from "../Work.sol";
import {CancelNonces} from "./CancelNonces.sol";
import {ClearSessionKey} from "./ClearSessionKey.sol";
import {OpFamily} from "./OpFamily.sol";
import {ScopeSessionKey} from "./ScopeSessionKey.sol";
import {SetSessionKey} from "./SetSessionKey.sol";

/// @title The ops on what may sign for an account.
contract SessionOps is OpFamily {
    function verbs() public pure override returns (uint256) {
        return
            (1 << C.VERB_SET_SESSION_KEY) |
            (1 << C.VERB_SCOPE_SESSION_KEY) |
            (1 << C.VERB_CLEAR_SESSION_KEY) |
            (1 << C.VERB_CANCEL_NONCES);
    }

    function _execute(Work work, Op op) internal pure override returns (uint8) {
        uint256 verb = op.verb();
        if (verb == C.VERB_CANCEL_NONCES) return CancelNonces.cancelNonces(work, op);
        if (verb == C.VERB_SET_SESSION_KEY) return SetSessionKey.setSessionKey(work, op);
        if (verb == C.VERB_SCOPE_SESSION_KEY) return ScopeSessionKey.scopeSessionKey(work, op);
        return ClearSessionKey.clearSessionKey(work);
    }
}
