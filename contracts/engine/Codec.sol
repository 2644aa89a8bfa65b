// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "./Constants.sol" as C;
import {read} from "./Memory.sol";
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

    uint256 private constant SIGNATURE_SIZE = 64;
    uint256 private constant OPS_HASH_SIZE = 32;

    /// @dev Reads the varint at `pos`, which must end by `end`; `next` is the position behind it, or BAD.
    function varint(uint256 pos, uint256 end) internal pure returns (uint256 value, uint256 next) {
        if (pos >= end) return (0, BAD);
        uint256 word = read(pos, 32);
        uint256 first = word >> 248;
        if (first < 0x80) return (first, pos + 1);
        uint256 size = 2;
        while (size < 9 && first & (0x100 >> size) != 0) ++size;
        next = pos + size;
        if (next > end) return (0, BAD);
        // The value's bits: all behind the prefix of `size` bits (8 at most: the ninth byte form has no zero bit).
        uint256 prefixBits = size == 9 ? 8 : size;
        value = (word << prefixBits) >> (256 - (8 * size - prefixBits));
        if (value >> (7 * (size - 1)) == 0) return (0, BAD);
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
        uint256 fields = uint8(C.VERB_FIELDS[verb]);
        next = pos + 1;
        for (uint256 i = 1; i < 8; ++i) {
            uint256 value = 0;
            if (fields & 1 != 0) {
                if (i == 3) {
                    if (next >= end || end - next < 20) return BAD;
                    value = read(next, 20);
                    next += 20;
                } else {
                    (value, next) = varint(next, end);
                    if (next == BAD || (i < 3 && !_isObject(value, verb, i))) return BAD;
                }
            }
            to.setField(i, value);
            fields >>= 1;
        }
    }

    /// @dev `i`: 1 = object, 2 = object2.
    function _isObject(uint256 value, uint256 verb, uint256 i) private pure returns (bool) {
        if (value == 0) return i == 2 && verb == C.VERB_SCOPE_SESSION_KEY;
        return value < C.OBJECT_LIMIT;
    }
}
