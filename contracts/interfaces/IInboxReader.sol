// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What claims and steps read of the Inbox.
interface IInboxReader {
    /// @notice Number of entries.
    function length() external view returns (uint64);

    /// @notice The accumulator before entry `entry`: `acc(0) = 0`, `acc(i + 1) = keccak256(acc(i), entryHash(i))`; zero past the end.
    function acc(uint64 entry) external view returns (bytes32);

    /// @notice Hash chain of the L1 queue before item `index` (its low 216 bits, see `docs/spec/inbox.md`); reverts past the end.
    function queueHash(uint64 index) external view returns (uint256);
}
