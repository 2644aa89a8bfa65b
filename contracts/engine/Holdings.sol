// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "./Constants.sol" as C;
import {load, move, store} from "./Memory.sol";
import {Outcomes} from "./Outcomes.sol";
import {Leaf, Work} from "./Work.sol";

/// @title The sorted holdings of an account, edited in place.
/// @notice `docs/spec/machine.md`, "Holdings". An edit either takes effect wholly or returns its outcome and changes nothing.
library Holdings {
    /// @dev Adds `amount` (a u64) under `key`. `ownerSigned`: the owner of this very account wants it.
    function raise(
        Work work,
        Leaf account,
        uint256 key,
        uint256 amount,
        bool ownerSigned
    ) internal pure returns (uint8) {
        if (amount == 0) return Outcomes.OK;
        uint256 base = work.record(account);
        (uint256 pos, bool found) = find(base, key);
        if (found) {
            uint256 sum = load(pos + C.HOLDING_AT_AMOUNT, 8) + amount;
            if (sum > type(uint64).max) return Outcomes.OVERFLOW;
            store(pos + C.HOLDING_AT_AMOUNT, 8, sum);
            return Outcomes.OK;
        }
        uint256 count = load(base + C.ACCOUNT_AT_HOLDING_COUNT, 1);
        if (count >= (ownerSigned ? C.MAX_HOLDINGS : C.MAX_FOREIGN_HOLDINGS)) return Outcomes.HOLDINGS_FULL;
        uint256 size = account.sizeOf();
        move(pos + C.HOLDING_AT_SIZE, pos, base + size - pos);
        store(pos, C.HOLDING_AT_SIZE, (key << 64) | amount);
        store(base + C.ACCOUNT_AT_HOLDING_COUNT, 1, count + 1);
        account.setSize(size + C.HOLDING_AT_SIZE);
        return Outcomes.OK;
    }

    /// @dev Takes `amount` from under `key`; at zero the holding is removed.
    function lower(Work work, Leaf account, uint256 key, uint256 amount) internal pure returns (uint8) {
        if (amount == 0) return Outcomes.OK;
        uint256 base = work.record(account);
        (uint256 pos, bool found) = find(base, key);
        uint256 held = found ? load(pos + C.HOLDING_AT_AMOUNT, 8) : 0;
        if (held < amount) return Outcomes.INSUFFICIENT_BALANCE;
        if (held > amount) {
            store(pos + C.HOLDING_AT_AMOUNT, 8, held - amount);
            return Outcomes.OK;
        }
        uint256 size = account.sizeOf();
        uint256 next = pos + C.HOLDING_AT_SIZE;
        move(pos, next, base + size - next);
        uint256 count = load(base + C.ACCOUNT_AT_HOLDING_COUNT, 1);
        store(base + C.ACCOUNT_AT_HOLDING_COUNT, 1, count - 1);
        account.setSize(size - C.HOLDING_AT_SIZE);
        return Outcomes.OK;
    }

    /// @dev Memory address of the holding `key` of the account record at `base`, or where it would be inserted.
    function find(uint256 base, uint256 key) internal pure returns (uint256 pos, bool found) {
        // Memory addresses, and at most 255 holdings.
        unchecked {
            uint256 start = base + C.ACCOUNT_AT_TAIL + sessionSize(base);
            uint256 low = 0;
            uint256 high = load(base + C.ACCOUNT_AT_HOLDING_COUNT, 1);
            while (low < high) {
                uint256 middle = (low + high) >> 1;
                pos = start + middle * C.HOLDING_AT_SIZE;
                uint256 here = load(pos, 4);
                if (here == key) return (pos, true);
                if (here < key) low = middle + 1;
                else high = middle;
            }
            return (start + low * C.HOLDING_AT_SIZE, false);
        }
    }

    /// @dev Bytes that the session takes in the account record at `base`; 0 without one.
    function sessionSize(uint256 base) internal pure returns (uint256) {
        if (load(base + C.ACCOUNT_AT_HAS_SESSION, 1) == 0) return 0;
        return C.SESSION_AT_OBJECTS + (load(base + C.ACCOUNT_AT_TAIL + C.SESSION_AT_OBJECT_COUNT, 1) << 2);
    }
}
