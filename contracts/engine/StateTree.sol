// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "./Constants.sol" as C;
import {Holdings} from "./Holdings.sol";
import {hashOf, leadingZeros, load, loadWord, read, readWord, storeWord} from "./Memory.sol";
import {Leaf, Work} from "./Work.sol";

/// @notice A walk over the tree along the witness's leaves.
struct Walk {
    /// Calldata offset of the next sibling.
    uint256 sibling;
    /// Leaves from `objectsEnd` to the exits, and from `exitsEnd` on, are empty before the step.
    uint256 objectsEnd;
    uint256 exitsEnd;
    /// Memory address of the old leaf hashes. INVARIANT: outside of the workspace, so that no op can reach them.
    uint256 oldLeaves;
    /// Memory address of the children's hashes, per level 4 old and 4 new.
    uint256 frames;
    /// The step takes effect: the new root is wanted.
    bool changed;
    Work work;
}

/// @title Leaves and multiproof of a witness.
/// @notice `docs/spec/witness.md`, leaves and multiproof; `docs/spec/records.md`, the tree.
library StateTree {
    /// @dev Leaves must stand in ascending order.
    error LeafOrder(uint256 index);
    /// @dev A record is given where none is, or none where one is.
    error LeafExistence(uint256 index, uint256 size);
    /// @dev An account's record has another size than its contents say.
    error WrongAccountSize(uint256 index, uint256 size);

    uint256 private constant LEAF_HEAD = 7;
    uint256 private constant FRAME = 256;
    /// @dev Longest account record: with a full session and all holdings, rounded up to words.
    uint256 private constant ACCOUNT_ROOM = 928;
    /// @dev Room for a record that the step creates.
    uint256 private constant NEW_ROOM = 256;

    /// @dev Reads the leaves at calldata offset `pos` behind the ops of the workspace, completes the workspace and allocates it.
    function loadLeaves(Walk memory walk, uint256 pos) internal pure {
        Work work = walk.work;
        uint256 count = read(pos, 1);
        work.setLeafCount(count);
        uint256 entry = work.table();
        uint256 free = entry + (count << 5);
        uint256 above = 0;
        pos += 1;
        // As much as the leaves can take: records come from the calldata, rooms are at most ACCOUNT_ROOM and a word more each.
        _allocate(free + count * (ACCOUNT_ROOM + 32) + msg.data.length);
        // Addresses and offsets only: at most 255 leaves of 64 KiB.
        unchecked {
            for (uint256 i = 0; i < count; ++i) {
                uint256 index = read(pos, 5);
                uint256 size = read(pos + 5, 2);
                if (index < above) revert LeafOrder(index);
                above = index + 1;
                if ((size == 0) != isEmpty(walk, index)) revert LeafExistence(index, size);
                storeWord(entry, (index << 64) | ((free - Work.unwrap(work)) << 32) | size);
                _copy(free, pos + LEAF_HEAD, size);
                if (size != 0) storeWord(walk.oldLeaves + (i << 5), uint256(hashOf(free, size)));
                pos += LEAF_HEAD + size;
                entry += 32;
                free += _room(free, index, size);
            }
        }
        walk.sibling = pos;
        // The workspace is handed to families as bytes: its length stands before it.
        storeWord(Work.unwrap(work) - 32, free - Work.unwrap(work));
        _allocate(free);
    }

    /// @dev Leaf `index` was empty before the step.
    function isEmpty(Walk memory walk, uint256 index) internal pure returns (bool) {
        return index < C.EXIT_BASE ? index >= walk.objectsEnd : index >= walk.exitsEnd;
    }

    /// @dev Root before the step and root after it (equal when the step changes nothing).
    ///      SAFETY: needs at least one leaf.
    function roots(Walk memory walk) internal pure returns (bytes32 old, bytes32 post) {
        uint256 frames;
        assembly ("memory-safe") {
            frames := mload(0x40)
        }
        walk.frames = frames;
        _allocate(frames + (C.TREE_DEPTH + 1) * FRAME);
        uint256 first = walk.work.table();
        return _branch(walk, C.TREE_DEPTH, first, first + (walk.work.leafCount() << 5));
    }

    /// @dev Old and new hash of the node of `level` < 20 above the leaves of the table from `low` up to `high`.
    ///      Between here and the lowest node that covers them all, each node has one child with leaves: that stretch is climbed
    ///      in a loop. Its left siblings stand before what lies under it, its right ones behind.
    function _node(
        Walk memory walk,
        uint256 level,
        uint256 low,
        uint256 high
    ) private pure returns (bytes32 old, bytes32 post) {
        // No number in here comes near an overflow: indices are below 2^40, all else are addresses.
        unchecked {
            uint256 index = _index(low);
            uint256 differing = index ^ _index(high - 32);
            uint256 inner = (257 - leadingZeros(differing)) >> 1;
            uint256 limit = index < C.EXIT_BASE ? walk.objectsEnd : walk.exitsEnd;
            uint256 left = walk.sibling;
            walk.sibling = left = left + (_leftSiblings(index, limit, inner, level) << 5);
            (old, post) = inner == 0 ? _leaf(walk, low) : _branch(walk, inner, low, high);
            uint256 right;
            (old, post, right) = _climb(index, limit, (inner << 8) | level, left, walk.sibling, old, post);
            walk.sibling = right;
            if (!walk.changed) post = old;
        }
    }

    /// @dev The node of `level` above leaves that lie under more than one child (or the root).
    function _branch(
        Walk memory walk,
        uint256 level,
        uint256 low,
        uint256 high
    ) private pure returns (bytes32 old, bytes32 post) {
        unchecked {
            uint256 frame = walk.frames + level * FRAME;
            uint256 shift = 2 * (level - 1);
            uint256 first = (_index(low) >> (shift + 2)) << (shift + 2);
            bytes32 anyOld = 0;
            bytes32 anyPost = 0;
            for (uint256 to = frame; to < frame + 128; to += 32) {
                uint256 next = first + (1 << shift);
                uint256 end = low;
                while (end < high && _index(end) < next) end += 32;
                if (end != low) {
                    (old, post) = level == 1 ? _leaf(walk, low) : _node(walk, level - 1, low, end);
                    low = end;
                } else if (isEmpty(walk, first)) {
                    (old, post) = (0, 0);
                } else {
                    old = bytes32(readWord(walk.sibling));
                    post = old;
                    walk.sibling += 32;
                }
                anyOld |= old;
                anyPost |= post;
                storeWord(to, uint256(old));
                storeWord(to + 128, uint256(post));
                first = next;
            }
            old = anyOld == 0 ? bytes32(0) : hashOf(frame, 128);
            post = anyPost == 0 ? bytes32(0) : hashOf(frame + 128, 128);
        }
    }

    /// @dev How many siblings stand left of the path of `index` at the levels `above + 1 … level`: those that are not empty.
    function _leftSiblings(
        uint256 index,
        uint256 limit,
        uint256 above,
        uint256 level
    ) private pure returns (uint256 count) {
        unchecked {
            if (index < limit) return _digitSum((index & ((1 << (2 * level)) - 1)) >> (2 * above));
            for (uint256 shift = 2 * above; shift < 2 * level; shift += 2) {
                uint256 digit = (index >> shift) & 3;
                uint256 here = _children(index, limit, shift);
                count += here < digit ? here : digit;
            }
        }
    }

    /// @dev Sum of the base-4 digits of a number below 2^40: pairs of digits, pairs of pairs, then all bytes.
    function _digitSum(uint256 number) private pure returns (uint256) {
        unchecked {
            number = (number & 0x3333333333) + ((number >> 2) & 0x3333333333);
            number = (number & 0x0f0f0f0f0f) + ((number >> 4) & 0x0f0f0f0f0f);
            return ((number * 0x0101010101) >> 32) & 0xff;
        }
    }

    /// @dev How many children of the node above `index` are not empty: always the first ones. A child covers 2^`shift` leaves.
    function _children(uint256 index, uint256 limit, uint256 shift) private pure returns (uint256 count) {
        unchecked {
            uint256 first = (index >> (shift + 2)) << (shift + 2);
            if (first >= limit) return 0;
            count = ((limit - first - 1) >> shift) + 1;
            if (count > 4) count = 4;
        }
    }

    /// @dev Hashes from the child at level `span >> 8` up to the node at level `span & 255`. Left siblings end at calldata offset
    ///      `left`, right ones start at `right`, both nearest last and first. Plain version: `contracts/test/PlainStateTree.sol`.
    function _climb(
        uint256 index,
        uint256 limit,
        uint256 span,
        uint256 left,
        uint256 right,
        bytes32 old,
        bytes32 post
    ) private pure returns (bytes32, bytes32, uint256) {
        // SAFETY: only 128 bytes behind the free pointer are written, and none of them is used after the block.
        assembly ("memory-safe") {
            let node := mload(0x40)
            let shift := shl(1, shr(8, span))
            let end := shl(1, and(span, 0xff))
            let single := 0
            for {} lt(shift, end) {
                shift := add(shift, 2)
            } {
                let first := shl(add(shift, 2), shr(add(shift, 2), index))
                let digit := and(shr(shift, index), 3)
                let lefts := digit
                let rights := sub(3, digit)
                if gt(add(first, shl(shift, 3)), sub(limit, 1)) {
                    // Not all four children exist: what is no sibling is zero.
                    calldatacopy(node, calldatasize(), 0x80)
                    let count := 0
                    if lt(first, limit) {
                        count := add(shr(shift, sub(sub(limit, first), 1)), 1)
                    }
                    if lt(count, lefts) {
                        lefts := count
                    }
                    rights := 0
                    if gt(count, digit) {
                        rights := sub(sub(count, digit), 1)
                    }
                    // From here on the path keeps to first children, and they are all there is: no more siblings.
                    if iszero(or(gt(count, 1), shr(shift, and(index, sub(shl(end, 1), 1))))) {
                        single := 1
                        break
                    }
                }
                let slot := add(node, shl(5, digit))
                left := sub(left, shl(5, lefts))
                calldatacopy(node, left, shl(5, lefts))
                calldatacopy(add(slot, 0x20), right, shl(5, rights))
                right := add(right, shl(5, rights))
                // A node is zero when its four children are.
                let siblings := add(lefts, rights)
                if or(siblings, old) {
                    mstore(slot, old)
                    old := keccak256(node, 0x80)
                }
                if or(siblings, post) {
                    mstore(slot, post)
                    post := keccak256(node, 0x80)
                }
            }
            if single {
                for {} lt(shift, end) {
                    shift := add(shift, 2)
                } {
                    if old {
                        mstore(node, old)
                        old := keccak256(node, 0x80)
                    }
                    if post {
                        mstore(node, post)
                        post := keccak256(node, 0x80)
                    }
                }
            }
        }
        return (old, post, right);
    }

    function _leaf(Walk memory walk, uint256 entry) private pure returns (bytes32 old, bytes32 post) {
        old = bytes32(loadWord(walk.oldLeaves + (entry - walk.work.table())));
        if (!walk.changed) return (old, old);
        Leaf leaf = Leaf.wrap(entry);
        uint256 size = leaf.sizeOf();
        if (size != 0) post = hashOf(walk.work.record(leaf), size);
    }

    function _index(uint256 entry) private pure returns (uint256) {
        return Leaf.wrap(entry).indexOf();
    }

    /// @dev Bytes to keep for a record. Only accounts grow; other records that exist keep their size.
    ///      SAFETY: an account whose counts belie its size would let edits run past its room, so it is refused here.
    ///      Other kinds are read and written at fixed offsets: a false one can only spoil bytes of the workspace, and fails at the root.
    function _room(uint256 pos, uint256 index, uint256 size) private pure returns (uint256) {
        if (size == 0) return NEW_ROOM;
        if (load(pos, 1) != C.RECORD_ACCOUNT) return ((size + 31) >> 5) << 5;
        uint256 holdings = load(pos + C.ACCOUNT_AT_HOLDING_COUNT, 1);
        uint256 session = Holdings.sessionSize(pos);
        bool fits =
            holdings <= C.MAX_HOLDINGS &&
                session <= C.SESSION_AT_OBJECTS + C.MAX_SESSION_OBJECTS * 4 &&
                size == C.ACCOUNT_AT_TAIL + session + holdings * C.HOLDING_AT_SIZE;
        if (!fits) revert WrongAccountSize(index, size);
        return ACCOUNT_ROOM;
    }

    function _copy(uint256 to, uint256 from, uint256 size) private pure {
        assembly ("memory-safe") {
            calldatacopy(to, from, size)
        }
    }

    function _allocate(uint256 end) private pure {
        assembly ("memory-safe") {
            mstore(0x40, end)
        }
    }
}
