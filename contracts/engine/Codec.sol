// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "./Constants.sol" as C;
import {leadingZeros, read, readWord} from "./Memory.sol";
import {Op, Work} from "./Work.sol";

/// @notice What an envelope or a call says besides its ops.
struct Envelope {
    uint256 account;
    uint256 nonce;
    /// Seconds; 0 = no end.
    uint256 validUntil;
    /// Gwei.
    uint256 fee;
    /// Calldata offset of what follows the ops: an envelope's signature, a call's `opsHash`.
    uint256 tail;
}

/// @title Decoding of items, straight from calldata.
/// @notice `docs/spec/encoding.md`. Decoding is total: whatever is not canonical is malformed, never an error.
library Codec {
    /// @dev Position after something malformed: past every end, so that all that follows is malformed too.
    uint256 internal constant BAD = type(uint256).max;

    /// @dev Number of the field `party`; before it stand `object` and `object2`.
    uint256 private constant PARTY = 3;
    uint256 private constant SIGNATURE_SIZE = 64;
    uint256 private constant OPS_HASH_SIZE = 32;

    /// @dev Reads the varint at `pos`, which must end by `end`; `next` is the position behind it, or BAD.
    function varint(uint256 pos, uint256 end) internal pure returns (uint256 value, uint256 next) {
        if (pos >= end) return (0, BAD);
        uint256 word = readWord(pos);
        if (word >> 255 == 0) return (word >> 248, pos + 1);
        // SAFETY: `pos` is below `end`, which is an offset in the calldata; sizes are at most 9.
        unchecked {
            uint256 ones = leadingZeros(~word);
            // The prefix is the ones and the zero behind them; the longest form has eight ones and no zero.
            (uint256 size, uint256 prefixBits) = ones < 8 ? (ones + 1, ones + 1) : (9, 8);
            next = pos + size;
            if (next > end) return (0, BAD);
            value = (word << prefixBits) >> (256 - 8 * size + prefixBits);
            if (value >> (7 * (size - 1)) == 0) return (0, BAD);
        }
    }

    /// @dev Decodes an envelope of `length` bytes at calldata offset `pos`; its ops go to the workspace.
    function envelope(uint256 pos, uint256 length, Envelope memory to, Work work) internal pure returns (bool ok) {
        if (length < SIGNATURE_SIZE) return false;
        uint256 end = pos + length - SIGNATURE_SIZE;
        (uint256 count, uint256 next) = _head(pos, end, to);
        (to.nonce, next) = varint(next, end);
        (to.validUntil, next) = varint(next, end);
        (to.fee, next) = varint(next, end);
        to.tail = end;
        return _ops(next, end, count, work);
    }

    /// @dev Decodes a call (behind its caller).
    function call(uint256 pos, uint256 length, Envelope memory to, Work work) internal pure returns (bool ok) {
        if (length < OPS_HASH_SIZE) return false;
        uint256 end = pos + length - OPS_HASH_SIZE;
        (uint256 count, uint256 next) = _head(pos, end, to);
        to.tail = end;
        return _ops(next, end, count, work);
    }

    function _head(uint256 pos, uint256 end, Envelope memory to) private pure returns (uint256 count, uint256 next) {
        if (pos >= end) return (0, BAD);
        uint256 head = read(pos, 1);
        count = head & 0x0f;
        if (head >> 4 != C.ENVELOPE_VERSION || count == 0 || count > C.MAX_OPS) return (0, BAD);
        (to.account, next) = varint(pos + 1, end);
        if (to.account == 0 || to.account >= C.OBJECT_LIMIT) next = BAD;
    }

    function _ops(uint256 pos, uint256 end, uint256 count, Work work) private pure returns (bool) {
        for (uint256 i = 0; i < count; ++i) pos = _op(pos, end, work.op(i));
        if (pos != end) return false;
        work.setOpCount(count);
        return true;
    }

    function _op(uint256 pos, uint256 end, Op to) private pure returns (uint256 next) {
        if (pos >= end) return BAD;
        uint256 verb = read(pos, 1);
        if (verb == 0 || verb > C.VERB_COUNT) return BAD;
        to.setField(0, verb);
        // Offsets in the calldata, below `end` where something is added to them.
        unchecked {
            uint256 fields = uint256(C.VERB_FIELDS) >> (248 - 8 * verb);
            next = pos + 1;
            for (uint256 i = 1; i < 8; ++i) {
                uint256 value = 0;
                if ((fields >> (i - 1)) & 1 != 0) {
                    if (i == PARTY) {
                        if (next >= end || end - next < 20) return BAD;
                        value = read(next, 20);
                        next += 20;
                    } else {
                        (value, next) = varint(next, end);
                        if (next == BAD || (i < PARTY && !_isObject(value, verb, i))) return BAD;
                    }
                }
                to.setField(i, value);
            }
        }
    }

    /// @dev `i`: 1 = object, 2 = object2.
    function _isObject(uint256 value, uint256 verb, uint256 i) private pure returns (bool) {
        if (value == 0) return i == 2 && verb == C.VERB_SCOPE_SESSION_KEY;
        return value < C.OBJECT_LIMIT;
    }
}
