// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EXIT_LIMIT, RECORD_EXIT, TREE_DEPTH} from "../engine/Constants.sol";
import {Exit, IBridge} from "../interfaces/IBridge.sol";
import {Machine} from "../interfaces/IStepVerifier.sol";

/// @title The proof that an exit stands in the state, `docs/spec/bridge.md`.
/// @dev One proof for one exit: 20 levels always, and which siblings are sent is fixed by the machine.
library ExitProof {
    /// @notice Reverts unless `exit_` stands in the state of `machine` at its number.
    /// @param siblings those not known to be empty, leaf level first, left to right
    function check(Exit calldata exit_, Machine calldata machine, bytes32[] calldata siblings) internal pure {
        uint64 nextExit = machine.nextExit;
        // INVARIANT: numbers of two exits never share a path: below EXIT_LIMIT the leaf index has 40 bits.
        require(exit_.number < nextExit && exit_.number < EXIT_LIMIT, IBridge.ExitNotInState(exit_.number, nextExit));
        bytes32 leaf = keccak256(
            abi.encodePacked(uint8(RECORD_EXIT), exit_.token, exit_.shift, exit_.amount, exit_.recipient)
        );
        bytes32 root = _root(leaf, exit_.number, nextExit - 1, siblings);
        require(root == machine.stateRoot, IBridge.ProofMismatch(root, machine.stateRoot));
    }

    /// @dev Numbers are given out in order, so among the exits a node is empty exactly when it stands right of the one over
    ///      the last exit. In the root's children the exits are the right half; the objects (never none, and fewer than 2^38)
    ///      are the first, and the second is empty.
    /// @param own number of the exit; then of the node over it, among the nodes over exits
    /// @param last the same of the last exit
    function _root(
        bytes32 leaf,
        uint256 own,
        uint256 last,
        bytes32[] calldata siblings
    ) private pure returns (bytes32 node) {
        bytes32[4] memory children;
        uint256 due = 0;
        node = leaf;
        for (uint256 level = 0; level < TREE_DEPTH; level++) {
            bool top = level == TREE_DEPTH - 1;
            // SAFETY: `last` is at least `own`; no number here exceeds 2^64, and `due` is at most 59.
            unchecked {
                uint256 place = top ? own + 2 : own & 3;
                uint256 end = top ? last + 3 : last - (own - place) + 1;
                for (uint256 i = 0; i < 4; i++) {
                    bytes32 child = 0;
                    if (i == place) {
                        child = node;
                    } else if (i < end && (i != 1 || !top)) {
                        if (due < siblings.length) child = siblings[due];
                        due++;
                    }
                    children[i] = child;
                }
            }
            assembly ("memory-safe") {
                node := keccak256(children, 128)
            }
            own >>= 2;
            last >>= 2;
        }
        require(due == siblings.length, IBridge.ProofLength(siblings.length, due));
    }
}
