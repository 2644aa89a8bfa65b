// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInboxReader} from "../interfaces/IInboxReader.sol";

/// @title An Inbox whose accumulators are set by the test.
contract MockInbox is IInboxReader {
    bytes32[] private _accs = [bytes32(0)];

    /// @notice Appends `count` entries.
    function append(uint256 count) external {
        for (uint256 i = 0; i < count; i++) _accs.push(keccak256(abi.encode(_accs[_accs.length - 1], i)));
    }

    /// @notice Rewrites history: the accumulator before `entry` becomes `value`, as an L1 reorg would do.
    function reorg(uint64 entry, bytes32 value) external {
        _accs[entry] = value;
    }

    /// @inheritdoc IInboxReader
    function length() external view returns (uint64) {
        return uint64(_accs.length - 1);
    }

    /// @inheritdoc IInboxReader
    function acc(uint64 entry) external view returns (bytes32) {
        return entry < _accs.length ? _accs[entry] : bytes32(0);
    }

    /// @inheritdoc IInboxReader
    function queueHash(uint64) external pure returns (uint256) {
        return 0;
    }
}
