// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EXIT_BASE, EXIT_LIMIT, RECORD_EXIT, TREE_DEPTH} from "../engine/Constants.sol";
import {Exit, IBridge} from "../interfaces/IBridge.sol";
import {Machine} from "../interfaces/IStepVerifier.sol";

/// @title The proof that an exit stands in the state, `docs/spec/bridge.md`.
/// @dev One proof for one exit: 20 levels always, and which siblings are sent is fixed by the machine.
library ExitProof {
    /// @notice Reverts unless `exit_` stands in the state of `machine` at its number.
    /// @param siblings those not known to be empty, leaf level first, left to right
    function check(Exit calldata exit_, Machine calldata machine, bytes32[] calldata siblings) internal pure {
        // INVARIANT: numbers of two exits never share a path: below EXIT_LIMIT the leaf index has 40 bits.
        require(
            exit_.number < machine.nextExit && exit_.number < EXIT_LIMIT,
            IBridge.ExitNotInState(exit_.number, machine.nextExit)
        );
        bytes32 leaf = keccak256(
            abi.encodePacked(uint8(RECORD_EXIT), exit_.token, exit_.shift, exit_.amount, exit_.recipient)
        );
        bytes32 root = _root(leaf, EXIT_BASE + exit_.number, machine, siblings);
        require(root == machine.stateRoot, IBridge.ProofMismatch(root, machine.stateRoot));
    }

    function _root(
        bytes32 leaf,
        uint256 index,
        Machine calldata machine,
        bytes32[] calldata siblings
    ) private pure returns (bytes32 node) {
        node = leaf;
        uint256 due = 0;
        bytes32[4] memory children;
        for (uint256 level = 0; level < TREE_DEPTH; level++) {
            uint256 height = 2 * level;
            uint256 own = index >> height;
            uint256 first = own & ~uint256(3);
            for (uint256 child = first; child < first + 4; child++) {
                bytes32 value = node;
                if (child != own) {
                    value = 0;
                    if (!_isEmpty(child << height, machine)) {
                        if (due < siblings.length) value = siblings[due];
                        due++;
                    }
                }
                children[child & 3] = value;
            }
            assembly ("memory-safe") {
                node := keccak256(children, 128)
            }
        }
        require(due == siblings.length, IBridge.ProofLength(siblings.length, due));
    }

    /// @dev Indices are given out in order, so a subtree is empty exactly when its first leaf is not given out.
    function _isEmpty(uint256 firstLeaf, Machine calldata machine) private pure returns (bool) {
        return firstLeaf < EXIT_BASE ? firstLeaf >= machine.nextObject : firstLeaf - EXIT_BASE >= machine.nextExit;
    }
}
