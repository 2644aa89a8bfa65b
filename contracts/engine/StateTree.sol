// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "./Constants.sol" as C;
import {Holdings} from "./Holdings.sol";
import {hashOf, load, read, store} from "./Memory.sol";
import {Leaf, OP_SIZE, Work, WORK_HEADER} from "./Work.sol";

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
        for (uint256 i = 0; i < count; ++i) {
            uint256 index = read(pos, 5);
            uint256 size = read(pos + 5, 2);
            if (index < above) revert LeafOrder(index);
            above = index + 1;
            if ((size == 0) != isEmpty(walk, index)) revert LeafExistence(index, size);
            store(entry, 32, (index << 64) | ((free - Work.unwrap(work)) << 32) | size);
            _copy(free, pos + LEAF_HEAD, size);
            if (size != 0) store(walk.oldLeaves + (i << 5), 32, uint256(hashOf(free, size)));
            pos += LEAF_HEAD + size;
            entry += 32;
            free += _room(free, index, size);
        }
        walk.sibling = pos;
        // The workspace is handed to families as bytes: its length stands before it.
        store(Work.unwrap(work) - 32, 32, free - Work.unwrap(work));
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
        return _node(walk, C.TREE_DEPTH, 0, walk.work.leafCount());
    }

    /// @dev Old and new hash of the node of `level` above the leaves `low … high − 1`.
    function _node(
        Walk memory walk,
        uint256 level,
        uint256 low,
        uint256 high
    ) private pure returns (bytes32 old, bytes32 post) {
        // No number here comes near an overflow: indices are below 2^40, all else are addresses.
        unchecked {
            uint256 table = walk.work.table();
            uint256 frame = walk.frames + level * FRAME;
            uint256 shift = 2 * (level - 1);
            uint256 first = (_index(table, low) >> (shift + 2)) << (shift + 2);
            bytes32 anyOld = 0;
            bytes32 anyPost = 0;
            for (uint256 child = 0; child < 4; ++child) {
                uint256 next = first + (1 << shift);
                if (low < high && _index(table, low) < next) {
                    uint256 end = low + 1;
                    while (end < high && _index(table, end) < next) ++end;
                    (old, post) = level == 1 ? _leaf(walk, table, low) : _node(walk, level - 1, low, end);
                    low = end;
                } else if (isEmpty(walk, first)) {
                    old = 0;
                    post = 0;
                } else {
                    old = bytes32(read(walk.sibling, 32));
                    post = old;
                    walk.sibling += 32;
                }
                anyOld |= old;
                anyPost |= post;
                store(frame + (child << 5), 32, uint256(old));
                store(frame + 128 + (child << 5), 32, uint256(post));
                first = next;
            }
            old = anyOld == 0 ? bytes32(0) : hashOf(frame, 128);
            if (!walk.changed) post = old;
            else post = anyPost == 0 ? bytes32(0) : hashOf(frame + 128, 128);
        }
    }

    function _leaf(Walk memory walk, uint256 table, uint256 i) private pure returns (bytes32 old, bytes32 post) {
        old = bytes32(load(walk.oldLeaves + (i << 5), 32));
        if (!walk.changed) return (old, old);
        Leaf leaf = Leaf.wrap(table + (i << 5));
        uint256 size = leaf.sizeOf();
        if (size != 0) post = hashOf(walk.work.record(leaf), size);
    }

    function _index(uint256 table, uint256 i) private pure returns (uint256) {
        return Leaf.wrap(table + (i << 5)).indexOf();
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
