// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInboxReader} from "../interfaces/IInboxReader.sol";
import {IStepVerifier, Machine} from "../interfaces/IStepVerifier.sol";

/// @notice One step with all that the Inbox says about its entry.
struct StepCase {
    bytes32 accBefore;
    bytes32 accAfter;
    uint256 queueBefore;
    uint256 queueAfter;
    Machine pre;
    bytes witness;
}

/// @notice What a step came to: a machine hash and an outcome, or revert data.
struct StepResult {
    bool ok;
    bytes32 postHash;
    uint8 outcome;
    bytes error;
}

/// @title An Inbox that says what each case wants, and the driver of many steps in one call.
contract StepHarness is IInboxReader {
    /// @dev Values of the case at hand, in transient storage: a slot each, by what they are.
    uint256 private constant ENTRY = 0;
    uint256 private constant ACC_BEFORE = 1;
    uint256 private constant ACC_AFTER = 2;
    uint256 private constant QUEUE_BEFORE = 3;
    uint256 private constant QUEUE_AFTER = 4;
    uint256 private constant QUEUE_INDEX = 5;

    /// @notice Executes each case on its own and reports. Steps that revert do not stop the others.
    /// @param queueIndices the queue item that each case's machine stands at (any number for batches)
    function run(
        IStepVerifier verifier,
        StepCase[] calldata cases,
        uint64[] calldata queueIndices
    ) external returns (StepResult[] memory results) {
        results = new StepResult[](cases.length);
        for (uint256 i = 0; i < cases.length; i++) {
            _arrange(cases[i], queueIndices[i]);
            try verifier.step(cases[i].pre, cases[i].witness) returns (Machine memory post, uint8 outcome) {
                results[i].ok = true;
                results[i].postHash = keccak256(abi.encode(post));
                results[i].outcome = outcome;
            } catch (bytes memory error) {
                results[i].error = error;
            }
        }
    }

    /// @notice Executes one case as a transaction, so that its gas can be read; reverts as the step does.
    function measure(
        IStepVerifier verifier,
        StepCase calldata one,
        uint64 queueIndex
    ) external returns (uint256 gasUsed, Machine memory post, uint8 outcome) {
        _arrange(one, queueIndex);
        uint256 before = gasleft();
        (post, outcome) = verifier.step(one.pre, one.witness);
        gasUsed = before - gasleft();
    }

    /// @inheritdoc IInboxReader
    function length() external view returns (uint64) {
        return uint64(_load(ENTRY)) + 1;
    }

    /// @inheritdoc IInboxReader
    function acc(uint64 entry) external view returns (bytes32) {
        uint256 current = _load(ENTRY);
        if (entry == current) return bytes32(_load(ACC_BEFORE));
        return entry == current + 1 ? bytes32(_load(ACC_AFTER)) : bytes32(0);
    }

    /// @inheritdoc IInboxReader
    function queueHash(uint64 index) external view returns (uint256) {
        uint256 current = _load(QUEUE_INDEX);
        if (index == current) return _load(QUEUE_BEFORE);
        return index == current + 1 ? _load(QUEUE_AFTER) : 0;
    }

    function _arrange(StepCase calldata one, uint64 queueIndex) private {
        _store(ENTRY, one.pre.entry);
        _store(ACC_BEFORE, uint256(one.accBefore));
        _store(ACC_AFTER, uint256(one.accAfter));
        _store(QUEUE_BEFORE, one.queueBefore);
        _store(QUEUE_AFTER, one.queueAfter);
        _store(QUEUE_INDEX, queueIndex);
    }

    function _load(uint256 slot) private view returns (uint256 value) {
        assembly ("memory-safe") {
            value := tload(slot)
        }
    }

    function _store(uint256 slot, uint256 value) private {
        assembly ("memory-safe") {
            tstore(slot, value)
        }
    }
}
