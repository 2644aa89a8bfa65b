// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CHUNK} from "../engine/Constants.sol";
import {ChunkTree} from "../lib/ChunkTree.sol";

/// @title `ChunkTree` in plain Solidity, and the real one to compare it with.
contract PlainChunkTree {
    /// @notice `dataHash` as the Inbox computes it, behind memory full of ones.
    /// @param trailer bytes that follow the data in the calldata: they must not get into the padding
    function fast(bytes calldata data, bytes calldata trailer) external pure returns (bytes32) {
        trailer;
        assembly ("memory-safe") {
            let base := mload(0x40)
            for {
                let i := 0
            } lt(i, add(data.length, 0x100)) {
                i := add(i, 0x20)
            } {
                mstore(add(base, i), not(0))
            }
        }
        return ChunkTree.root(data);
    }

    /// @notice `dataHash`, as the specification says it.
    function plain(bytes memory data) external pure returns (bytes32) {
        uint256 count = (data.length + CHUNK - 1) / CHUNK;
        bytes32[] memory level = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) {
            bytes memory chunk = new bytes(CHUNK);
            for (uint256 k = 0; k < CHUNK && i * CHUNK + k < data.length; k++) chunk[k] = data[i * CHUNK + k];
            level[i] = keccak256(chunk);
        }
        while (level.length > 1) level = _parents(level);
        return level[0];
    }

    function _parents(bytes32[] memory level) private pure returns (bytes32[] memory above) {
        above = new bytes32[]((level.length + 1) / 2);
        for (uint256 i = 0; i < above.length; i++) {
            bytes32 right = 2 * i + 1 < level.length ? level[2 * i + 1] : bytes32(0);
            above[i] = keccak256(abi.encodePacked(level[2 * i], right));
        }
    }
}
