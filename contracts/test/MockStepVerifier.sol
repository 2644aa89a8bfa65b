// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IStepVerifier, Machine} from "../interfaces/IStepVerifier.sol";

/// @title A step without state: `stateRoot` becomes the hash of itself and the witness's due word, `cursor` counts items.
/// @dev Every entry holds `ITEMS` items. The witness must be the 32-byte big-endian number of the item in its entry.
contract MockStepVerifier is IStepVerifier {
    /// @notice Items of every entry.
    uint32 public immutable ITEMS;

    /// @notice The witness is not of this machine's item.
    error BadWitness(uint256 cursor);

    constructor(uint32 items) {
        ITEMS = items;
    }

    /// @inheritdoc IStepVerifier
    function step(
        Machine calldata pre,
        bytes calldata witness
    ) external view returns (Machine memory post, uint8 outcome) {
        require(keccak256(witness) == keccak256(abi.encode(pre.cursor)), BadWitness(pre.cursor));
        post = pre;
        post.stateRoot = keccak256(abi.encode(pre.stateRoot, pre.entry, pre.cursor));
        post.cursor = pre.cursor + 1;
        if (post.cursor == ITEMS) {
            post.cursor = 0;
            post.entry = pre.entry + 1;
        }
        return (post, 0);
    }
}
