// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "../Constants.sol" as C;
import {load, store} from "../Memory.sol";
import {Outcomes} from "../Outcomes.sol";
import {Sessions} from "../Sessions.sol";
import {Leaf, Op, Work} from "../Work.sol";

library ScopeSessionKey {
    /// @dev object, object2: objects that the session key may use from now on (0 = none).
    function scopeSessionKey(Work work, Op op) internal pure returns (uint8 outcome) {
        Leaf signer = work.signer();
        if (load(work.record(signer) + C.ACCOUNT_AT_HAS_SESSION, 1) == 0) return Outcomes.NO_SESSION;
        outcome = _append(work, signer, op.object());
        if (outcome != Outcomes.OK) return outcome;
        return _append(work, signer, op.object2());
    }

    function _append(Work work, Leaf signer, uint256 object) private pure returns (uint8) {
        uint256 session = work.record(signer) + C.ACCOUNT_AT_TAIL;
        if (object == 0 || Sessions.contains(session, object)) return Outcomes.OK;
        uint256 count = load(session + C.SESSION_AT_OBJECT_COUNT, 1);
        if (count >= C.MAX_SESSION_OBJECTS) return Outcomes.SESSION_FULL;
        uint256 size = C.SESSION_AT_OBJECTS + (count << 2);
        Sessions.resize(work, signer, size + 4);
        store(session + size, 4, object);
        store(session + C.SESSION_AT_OBJECT_COUNT, 1, count + 1);
        return Outcomes.OK;
    }
}
