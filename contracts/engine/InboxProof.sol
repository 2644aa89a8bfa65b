// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "./Constants.sol" as C;
import {IInboxReader} from "../interfaces/IInboxReader.sol";
import {Machine} from "../interfaces/IStepVerifier.sol";
import {BlobProof} from "./BlobProof.sol";
import {Codec} from "./Codec.sol";
import {hashPair, read, readWord} from "./Memory.sol";

/// @notice The item at the machine's cursor.
struct Item {
    /// Kind of its entry.
    uint256 entryKind;
    /// Time of its entry, seconds.
    uint256 time;
    /// Calldata offset of its bytes.
    uint256 pos;
    /// Bytes; 0 where no item stands: the rest of the batch is skipped.
    uint256 length;
    /// Cursor behind it.
    uint256 cursor;
    /// It is the last of its entry.
    bool last;
    /// Calldata offset of the witness's next part.
    uint256 next;
}

/// @title The proof that an item stands at a cursor of an Inbox entry.
/// @notice `docs/spec/witness.md`, header and item; `docs/spec/inbox.md` for what they are proved against.
/// @dev Nothing here checks that the witness is long enough: its parts are read in order and the last must end where it ends.
library InboxProof {
    /// @dev The header does not lead to the accumulator behind this entry.
    error WrongEntry(uint64 entry, bytes32 acc, bytes32 given);
    /// @dev Entries of this kind cannot be proved.
    error UnknownEntryKind(uint256 kind);
    /// @dev The machine's cursor is not within its entry.
    error CursorPastEnd(uint256 cursor, uint256 size);
    /// @dev The item needs another number of chunks, or of field elements.
    error WrongChunkCount(uint256 given, uint256 needed);
    /// @dev The chunks are not those of the batch.
    error WrongChunks(bytes32 dataHash, bytes32 given);
    /// @dev The chunks' proof has too many or too few words.
    error WrongProofLength(uint256 given, uint256 needed);
    /// @dev The bytes are not the queue's item.
    error WrongQueueItem(uint64 index, uint256 queueHash, uint256 given);

    struct Header {
        bytes32 accBefore;
        uint256 kind;
        uint256 time;
        uint256 a;
        uint256 b;
        bytes32 hash;
    }

    uint256 private constant HEADER_SIZE = 89;
    /// @dev Bytes of the longest varint: that many show that a prefix is not good.
    uint256 private constant LONGEST_PREFIX = 9;

    /// @dev Checks header and item of the witness at calldata offset `pos`.
    function open(IInboxReader inbox, Machine calldata pre, uint256 pos) internal view returns (Item memory item) {
        Header memory header = _header(inbox, pre.entry, pos);
        item.entryKind = header.kind;
        item.time = header.time;
        pos += HEADER_SIZE;
        if (header.kind == C.ENTRY_CALLDATA) {
            (uint256 low, uint256 count) = _batchItem(header.a, pre.cursor, pos, C.CHUNK, item);
            item.next = _checkChunks(header, pos + 1, low, count);
        } else if (header.kind == C.ENTRY_BLOBS) {
            (uint256 low, uint256 count) = _batchItem(header.a, pre.cursor, pos, C.ELEMENT_BYTES, item);
            item.next = BlobProof.check(header.hash, header.b, pos + 1, low, count);
        } else if (header.kind == C.ENTRY_QUEUE) _queueItem(inbox, header, pre.cursor, pos, item);
        else revert UnknownEntryKind(header.kind);
    }

    function _header(IInboxReader inbox, uint64 entry, uint256 pos) private view returns (Header memory header) {
        header.accBefore = bytes32(readWord(pos));
        header.kind = read(pos + 32, 1);
        header.time = read(pos + 33, 8);
        header.a = read(pos + 41, 8);
        header.b = read(pos + 49, 8);
        header.hash = bytes32(readWord(pos + 57));
        bytes32 entryHash = keccak256(abi.encode(header.kind, header.time, header.a, header.b, header.hash));
        // Past the last entry `acc` is zero, which no hash is: so the entry exists. And as the Inbox made it from the one before,
        // `accBefore` is that one: no need to read it.
        bytes32 acc = inbox.acc(entry + 1);
        bytes32 given = hashPair(header.accBefore, entryHash);
        if (acc != given) revert WrongEntry(entry, acc, given);
    }

    /// @dev Finds the item in `count` pieces of `piece` bytes, the first of them number `low` of a batch of `size` bytes. That
    ///      these bytes are the batch's is yet to be checked.
    function _batchItem(
        uint256 size,
        uint256 cursor,
        uint256 pos,
        uint256 piece,
        Item memory item
    ) private pure returns (uint256 low, uint256 count) {
        if (cursor >= size) revert CursorPastEnd(cursor, size);
        count = read(pos, 1);
        low = cursor / piece;

        // Calldata offset of the batch's first byte, if it were all here: positions in the batch become calldata offsets.
        // SAFETY: the prefix is read before it is known that its piece is here; wherever it ends, the check of `count` below
        // demands every byte up to the one behind it, so a prefix read from elsewhere never passes.
        unchecked {
            uint256 origin = pos + 1 - low * piece;
            (uint256 length, uint256 start) = Codec.varint(origin + cursor, origin + size);
            uint256 needed;
            if (start == Codec.BAD || length == 0 || length > C.MAX_ITEM || start + length > origin + size) {
                needed = cursor + LONGEST_PREFIX < size ? cursor + LONGEST_PREFIX : size;
                item.cursor = size;
            } else {
                needed = start + length - origin;
                item.pos = start;
                item.length = length;
                item.cursor = needed;
            }
            uint256 due = (needed - 1) / piece - low + 1;
            if (count != due) revert WrongChunkCount(count, due);
        }
        item.last = item.cursor == size;
    }

    /// @dev The range proof: chunks `low … low + count − 1` against the batch's data hash. Returns the offset behind the proof.
    function _checkChunks(
        Header memory header,
        uint256 chunks,
        uint256 low,
        uint256 count
    ) private pure returns (uint256 proof) {
        // Offsets, at most 255 chunks and 64 levels.
        unchecked {
            bytes32[] memory nodes = new bytes32[](count);
            for (uint256 i = 0; i < count; ++i) nodes[i] = _hashChunk(chunks + i * C.CHUNK);
            uint256 first = chunks + count * C.CHUNK + 1;
            uint256 words = read(first - 1, 1);
            proof = first;
            uint256 width = (header.a + C.CHUNK - 1) / C.CHUNK;
            for (; width > 1; width = (width + 1) >> 1) {
                uint256 from = 0;
                uint256 made = 0;
                if (low & 1 == 1) {
                    nodes[made++] = hashPair(bytes32(readWord(proof)), nodes[from++]);
                    proof += 32;
                }
                for (; from + 1 < count; from += 2) nodes[made++] = hashPair(nodes[from], nodes[from + 1]);
                if (from < count) {
                    nodes[made++] = hashPair(nodes[from], bytes32(readWord(proof)));
                    proof += 32;
                }
                low >>= 1;
                count = made;
            }
            if (proof != first + words * 32) revert WrongProofLength(words, (proof - first) / 32);
            if (nodes[0] != header.hash) revert WrongChunks(header.hash, nodes[0]);
        }
    }

    function _hashChunk(uint256 pos) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            calldatacopy(scratch, pos, 128)
            hash := keccak256(scratch, 128)
        }
    }

    function _queueItem(
        IInboxReader inbox,
        Header memory header,
        uint256 cursor,
        uint256 pos,
        Item memory item
    ) private view {
        uint256 count = header.b - header.a;
        if (cursor >= count) revert CursorPastEnd(cursor, count);
        item.length = read(pos, 2);
        item.pos = pos + 2;
        item.next = item.pos + item.length;
        item.cursor = cursor + 1;
        item.last = item.cursor == count;
        // The queue is no longer than its 64-bit length.
        uint64 index = uint64(header.a + cursor);
        bytes32 chained = hashPair(bytes32(inbox.queueHash(index)), _hashItem(item.pos, item.length));
        uint256 given = uint256(chained) & type(uint216).max;
        uint256 expected = inbox.queueHash(index + 1);
        if (given != expected) revert WrongQueueItem(index, expected, given);
    }

    function _hashItem(uint256 pos, uint256 length) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            calldatacopy(scratch, pos, length)
            hash := keccak256(scratch, length)
        }
    }
}
