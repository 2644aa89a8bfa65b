// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The whole rollup between two items. Its hash is `keccak256(abi.encode(machine))`.
struct Machine {
    /// Root of the state tree.
    bytes32 stateRoot;
    /// Index that the next created object gets.
    uint32 nextObject;
    /// Number that the next created exit gets.
    uint64 nextExit;
    /// Inbox entry that the next item belongs to.
    uint64 entry;
    /// Byte offset in a sequencer batch, or item index in a queue slice.
    uint32 cursor;
    /// Time of the last entry begun, seconds.
    uint64 time;
    /// Fees gathered and not collected, in units of ETH (gwei).
    uint64 fees;
}

/// @title One step of the machine, executed over a witness.
interface IStepVerifier {
    /// @notice Executes the item at the machine's cursor.
    /// @dev Reverts when the witness does not fit the machine or the Inbox: nonsense has no effect.
    ///      An invalid item is not an error: its outcome is the result.
    /// @param pre the machine before the item
    /// @param witness item proof, records and multiproof, as `docs/spec/witness.md` says
    /// @return post the machine after the item
    /// @return outcome the item's outcome code, as `Outcomes.sol` names it
    function step(
        Machine calldata pre,
        bytes calldata witness
    ) external view returns (Machine memory post, uint8 outcome);
}
