// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "./Constants.sol" as C;
import {Holdings} from "./Holdings.sol";
import {load, move, store} from "./Memory.sol";
import {Outcomes} from "./Outcomes.sol";
import {Leaf, Op, Work} from "./Work.sol";

/// @title The session key in an account record: what it may sign, and how its record part is resized.
/// @notice `docs/spec/machine.md`, check 6 of an envelope. `account` is the record's memory address.
library Sessions {
    /// @dev Is `by` the session key, and may it sign these ops for this fee? Lowers its budget by the fee.
    function authorize(Work work, uint256 account, address by, uint256 fee) internal pure returns (uint8) {
        uint256 session = account + C.ACCOUNT_AT_TAIL;
        if (load(account + C.ACCOUNT_AT_HAS_SESSION, 1) == 0) return Outcomes.BAD_SIGNATURE;
        if (load(session + C.SESSION_AT_KEY, 20) != uint160(by)) return Outcomes.BAD_SIGNATURE;
        if (work.time() >= load(session + C.SESSION_AT_EXPIRY, 8)) return Outcomes.SESSION_EXPIRED;
        uint256 mask = load(session + C.SESSION_AT_MASK, 4) & C.SESSION_VERBS;
        uint256 count = work.opCount();
        for (uint256 i = 0; i < count; ++i) {
            Op op = work.op(i);
            if ((mask >> op.verb()) & 1 == 0) return Outcomes.SESSION_SCOPE;
            if (!_inScope(session, op.object()) || !_inScope(session, op.object2())) return Outcomes.SESSION_SCOPE;
        }
        uint256 budget = load(session + C.SESSION_AT_BUDGET, 8);
        if (fee > budget) return Outcomes.SESSION_BUDGET;
        store(session + C.SESSION_AT_BUDGET, 8, budget - fee);
        return Outcomes.OK;
    }

    /// @dev Object 0 means none, which is always allowed.
    function _inScope(uint256 session, uint256 object) private pure returns (bool) {
        return object == 0 || contains(session, object);
    }

    /// @dev `object` stands in the scope of the session at `session`.
    function contains(uint256 session, uint256 object) internal pure returns (bool) {
        uint256 pos = session + C.SESSION_AT_OBJECTS;
        uint256 end = pos + (load(session + C.SESSION_AT_OBJECT_COUNT, 1) << 2);
        for (; pos < end; pos += 4) {
            if (load(pos, 4) == object) return true;
        }
        return false;
    }

    /// @dev Makes the session part `size` bytes long, moving the holdings behind it.
    function resize(Work work, Leaf leaf, uint256 size) internal pure {
        uint256 account = work.record(leaf);
        uint256 old = Holdings.sessionSize(account);
        uint256 tail = account + C.ACCOUNT_AT_TAIL;
        uint256 holdings = leaf.sizeOf() - C.ACCOUNT_AT_TAIL - old;
        move(tail + size, tail + old, holdings);
        leaf.setSize(C.ACCOUNT_AT_TAIL + size + holdings);
    }
}
