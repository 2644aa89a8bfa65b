// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TraceTree} from "../dispute/TraceTree.sol";

/// @title The trace's root with and without assembly.
contract TraceTreeHarness {
    /// @notice As Claims computes it.
    function root(bytes32[] calldata elements, uint256 fanout) external pure returns (bytes32) {
        return TraceTree.root(elements, fanout);
    }

    /// @notice The same by the book: pad to `fanout`, then hash pairs level by level.
    function rootPlain(bytes32[] calldata elements, uint256 fanout) external pure returns (bytes32) {
        bytes32[] memory nodes = new bytes32[](fanout);
        for (uint256 i = 0; i < fanout; i++) {
            nodes[i] = elements[i < elements.length ? i : elements.length - 1];
        }
        for (uint256 width = fanout; width > 1; width /= 2) {
            for (uint256 i = 0; i < width / 2; i++) {
                nodes[i] = keccak256(abi.encode(nodes[2 * i], nodes[2 * i + 1]));
            }
        }
        return nodes[0];
    }

    /// @notice The root that `leaf` at place `index` leads to.
    function climb(bytes32[] calldata proof, uint256 index, bytes32 leaf) external pure returns (bytes32) {
        return TraceTree.climb(proof, index, leaf);
    }
}
