// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInbox} from "../interfaces/IInbox.sol";

/// @title Code that makes calls of the Inbox from inside a transaction, also when an account delegates to it (EIP-7702).
contract BatchRelay {
    /// @notice Appends a batch; `msg.sender` of the Inbox's call is this contract or the account that delegates to it.
    function relayBatch(IInbox inbox, bytes32 expectedAcc, uint64 time, bytes calldata data) external {
        inbox.appendBatch(expectedAcc, time, data);
    }

    /// @notice Appends a slice.
    function relayQueue(IInbox inbox, bytes32 expectedAcc, uint64 time, uint64 to) external {
        inbox.appendQueue(expectedAcc, time, to);
    }

    /// @notice Enqueues a call in this contract's name.
    function relayCall(IInbox inbox, bytes calldata body) external {
        inbox.enqueueCall(body);
    }
}
