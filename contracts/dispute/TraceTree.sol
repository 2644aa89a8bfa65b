// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The Merkle tree of a trace: leaf i is h(i + 1) itself, a node is keccak256(left ‖ right), the depth is log2 F.
/// @dev The depth is fixed by the deployment, so a node never passes for a leaf.
library TraceTree {
    /// @notice Root over `elements`, the places after them holding the last one.
    /// @dev Works level by level in place on the places sent; the others are one padding node a level. About 70 gas a node.
    ///      `TraceTreePlain` in the tests is the same without assembly.
    /// @param elements 1 … `fanout` leaves
    /// @param fanout F, a power of two
    function root(bytes32[] calldata elements, uint256 fanout) internal pure returns (bytes32 result) {
        // SAFETY: memory past the free pointer is scratch here, and 0x00–0x3f always is; nothing survives the block.
        assembly ("memory-safe") {
            let base := mload(0x40)
            let count := elements.length
            calldatacopy(base, elements.offset, shl(5, count))
            let pad := mload(add(base, shl(5, sub(count, 1))))
            for {
                let width := fanout
            } gt(width, 1) {
                width := shr(1, width)
            } {
                // An odd count is below the (even) width: its last node pairs with padding.
                if and(count, 1) {
                    mstore(add(base, shl(5, count)), pad)
                    count := add(count, 1)
                }
                let end := add(base, shl(5, count))
                let to := base
                for {
                    let from := base
                } lt(from, end) {
                    from := add(from, 0x40)
                } {
                    mstore(to, keccak256(from, 0x40))
                    to := add(to, 0x20)
                }
                mstore(0x00, pad)
                mstore(0x20, pad)
                pad := keccak256(0x00, 0x40)
                count := shr(1, count)
            }
            result := mload(base)
        }
    }

    /// @notice The root that `leaf` at place `index` leads to. The caller checks the proof's length.
    function climb(bytes32[] calldata proof, uint256 index, bytes32 leaf) internal pure returns (bytes32 node) {
        node = leaf;
        for (uint256 level = 0; level < proof.length; level++) {
            bytes32 sibling = proof[level];
            node = (index >> level) & 1 == 0 ? pair(node, sibling) : pair(sibling, node);
        }
    }

    /// @notice keccak256(left ‖ right), in scratch space.
    function pair(bytes32 left, bytes32 right) internal pure returns (bytes32 node) {
        // SAFETY: 0x00–0x3f is scratch space.
        assembly ("memory-safe") {
            mstore(0x00, left)
            mstore(0x20, right)
            node := keccak256(0x00, 0x40)
        }
    }
}
