// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "../Constants.sol" as C;
import {store} from "../Memory.sol";
import {Outcomes} from "../Outcomes.sol";
import {Records} from "../Records.sol";
import {Sessions} from "../Sessions.sol";
import {Leaf, Op, Work} from "../Work.sol";

library SetSessionKey {
    /// @dev party = key, amount = expiry (seconds), amount2 = mask of verbs, amount3 = fee budget (gwei). The scope starts empty.
    function setSessionKey(Work work, Op op) internal pure returns (uint8) {
        address key = op.party();
        if (key == address(0)) return Outcomes.ZERO_ADDRESS;
        Leaf signer = work.signer();
        uint256 mask = op.amount2();
        if (key == Records.owner(work, signer) || op.amount() <= work.time()) return Outcomes.BAD_SESSION;
        if (mask == 0 || mask & ~C.SESSION_VERBS != 0) return Outcomes.BAD_SESSION;
        Sessions.resize(work, signer, C.SESSION_AT_OBJECTS);
        uint256 account = work.record(signer);
        uint256 session = account + C.ACCOUNT_AT_TAIL;
        store(account + C.ACCOUNT_AT_HAS_SESSION, 1, 1);
        store(session + C.SESSION_AT_KEY, 20, uint160(key));
        store(session + C.SESSION_AT_EXPIRY, 8, op.amount());
        store(session + C.SESSION_AT_MASK, 4, mask);
        store(session + C.SESSION_AT_BUDGET, 8, op.amount3());
        store(session + C.SESSION_AT_OBJECT_COUNT, 1, 0);
        return Outcomes.OK;
    }
}
