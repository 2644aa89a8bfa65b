// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EXIT_BASE, TREE_DEPTH} from "../engine/Constants.sol";
import {StateTree, Walk} from "../engine/StateTree.sol";
import {Leaf, Work, openWork} from "../engine/Work.sol";

/// @title The multiproof in plain Solidity, as the specification says it, and the real one to compare it with.
contract PlainStateTree {
    /// @dev Not every sibling was used.
    error SiblingsLeft(uint256 left);

    struct Proof {
        uint256 nextObject;
        uint256 nextExit;
        uint256[] indices;
        bytes[] records;
        bytes32[] siblings;
    }

    uint256 private _used;

    /// @notice Root over these records, empty ones being zero leaves; all siblings must be used.
    function plain(Proof memory proof) external returns (bytes32 root) {
        _used = 0;
        root = _node(proof, TREE_DEPTH, 0);
        if (_used != proof.siblings.length) revert SiblingsLeft(proof.siblings.length - _used);
    }

    /// @notice Both roots as the step verifier computes them. The step's change is this: the records that exist end with another
    ///         byte, the others become one byte long.
    /// @param witness leaves and siblings, as `docs/spec/witness.md` packs them
    function fast(
        uint256 nextObject,
        uint256 nextExit,
        bytes calldata witness,
        bool changed
    ) external pure returns (bytes32 old, bytes32 post) {
        Walk memory walk;
        bytes32[] memory oldLeaves = new bytes32[](uint8(witness[0]));
        uint256 start;
        uint256 oldLeavesAt;
        Work work = openWork();
        assembly ("memory-safe") {
            start := witness.offset
            oldLeavesAt := add(oldLeaves, 32)
        }
        (walk.oldLeaves, walk.work) = (oldLeavesAt, work);
        (walk.objectsEnd, walk.exitsEnd) = (nextObject, EXIT_BASE + nextExit);
        work.setOpCount(0);
        StateTree.loadLeaves(walk, start);
        if (changed) _change(work);
        walk.changed = changed;
        (old, post) = StateTree.roots(walk);
        if (walk.sibling != start + witness.length) revert SiblingsLeft(witness.length - (walk.sibling - start));
    }

    function _change(Work work) private pure {
        for (uint256 i = 0; i < work.leafCount(); i++) {
            Leaf leaf = Leaf.wrap(work.table() + 32 * i);
            if (leaf.sizeOf() == 0) leaf.setSize(1);
            uint256 last = work.record(leaf) + leaf.sizeOf() - 1;
            assembly ("memory-safe") {
                mstore8(last, 0x77)
            }
        }
    }

    function _node(Proof memory proof, uint256 level, uint256 first) private returns (bytes32) {
        (bool found, uint256 i) = _firstLeaf(proof, first, 4 ** level);
        if (!found) return _isEmpty(proof, first) ? bytes32(0) : proof.siblings[_used++];
        if (level == 0) return proof.records[i].length == 0 ? bytes32(0) : keccak256(proof.records[i]);
        bytes32[4] memory children;
        uint256 span = 4 ** (level - 1);
        for (uint256 c = 0; c < 4; c++) children[c] = _node(proof, level - 1, first + c * span);
        if (children[0] | children[1] | children[2] | children[3] == 0) return 0;
        return keccak256(abi.encode(children));
    }

    function _firstLeaf(Proof memory proof, uint256 first, uint256 span) private pure returns (bool, uint256) {
        for (uint256 i = 0; i < proof.indices.length; i++) {
            if (proof.indices[i] >= first && proof.indices[i] < first + span) return (true, i);
        }
        return (false, 0);
    }

    function _isEmpty(Proof memory proof, uint256 leaf) private pure returns (bool) {
        return leaf < EXIT_BASE ? leaf >= proof.nextObject : leaf >= EXIT_BASE + proof.nextExit;
    }
}
