// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The Merkle root of a batch's 128-byte chunks, `docs/spec/inbox.md`.
/// @dev Assembly, so that a batch never costs more than the calldata floor (EIP-7623) even if all its bytes are zero:
///      about 2 gas a byte. The plain version stands in `contracts/test/PlainChunkTree.sol`; tests compare them.
library ChunkTree {
    /// @notice `dataHash` of `data`, which must not be empty.
    function root(bytes calldata data) internal pure returns (bytes32 hash) {
        // SAFETY: only memory behind the free pointer is written, and none of it is used after the block.
        assembly ("memory-safe") {
            let base := mload(0x40)
            calldatacopy(base, data.offset, data.length)
            // Zero padding of the last chunk: the memory behind it may be dirty. At most 127 of these bytes belong to it.
            let end := add(base, data.length)
            mstore(end, 0)
            mstore(add(end, 0x20), 0)
            mstore(add(end, 0x40), 0)
            mstore(add(end, 0x60), 0)

            // Leaves over the data itself: leaf i ends at 32(i + 1), never past chunk i, which is read first.
            let to := base
            for {
                let from := base
            } lt(from, end) {
                from := add(from, 0x80)
            } {
                mstore(to, keccak256(from, 0x80))
                to := add(to, 0x20)
            }

            // Each level over the one below; `to` is its end. Stops at one word.
            for {} gt(sub(to, base), 0x20) {} {
                if and(sub(to, base), 0x20) {
                    mstore(to, 0)
                    to := add(to, 0x20)
                }
                let last := to
                to := base
                for {
                    let from := base
                } lt(from, last) {
                    from := add(from, 0x40)
                } {
                    mstore(to, keccak256(from, 0x40))
                    to := add(to, 0x20)
                }
            }
            hash := mload(base)
        }
    }
}
