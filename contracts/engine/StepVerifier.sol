// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInboxReader} from "../interfaces/IInboxReader.sol";
import {IStepVerifier, Machine} from "../interfaces/IStepVerifier.sol";
import "./Constants.sol" as C;
import {Codec, Envelope} from "./Codec.sol";
import {Digest} from "./Digest.sol";
import {Execution} from "./Execution.sol";
import {FamilyTable} from "./FamilyTable.sol";
import {InboxProof, Item} from "./InboxProof.sol";
import {IOpFamily} from "./IOpFamily.sol";
import {read} from "./Memory.sol";
import {Outcomes} from "./Outcomes.sol";
import {StateTree, Walk} from "./StateTree.sol";
import {Work, openWork} from "./Work.sol";
import {Deposit} from "./ops/Deposit.sol";
import {Listing} from "./ops/Listing.sol";

/// @title One step of the machine over a witness: the Solidity twin of `packages/engine`.
/// @notice Item proof → decode → leaves → execute → both roots → post-machine. Stateless and without an owner.
contract StepVerifier is IStepVerifier, FamilyTable {
    /// @dev The witness is longer or shorter than its parts say.
    error WrongWitnessLength(uint256 used, uint256 given);
    /// @dev The records and siblings are not those of the machine's state.
    error WrongStateRoot(bytes32 stateRoot, bytes32 given);

    /// @notice The one order that items are proved against.
    IInboxReader public immutable INBOX;
    /// @notice Whose accounts may collect the fees.
    address public immutable FEE_RECIPIENT;
    /// @notice EIP-712 domain of envelopes.
    bytes32 public immutable DOMAIN_SEPARATOR;

    /// @dev What the bytes of an item turned out to be.
    enum Form {
        Nothing,
        Malformed,
        Envelope,
        Call,
        Deposit,
        Listing
    }

    constructor(IInboxReader inbox, address feeRecipient, IOpFamily[] memory families) FamilyTable(families) {
        INBOX = inbox;
        FEE_RECIPIENT = feeRecipient;
        DOMAIN_SEPARATOR = Digest.domainSeparator(address(inbox));
    }

    /// @inheritdoc IStepVerifier
    function step(
        Machine calldata pre,
        bytes calldata witness
    ) external view returns (Machine memory post, uint8 outcome) {
        uint256 start;
        assembly ("memory-safe") {
            start := witness.offset
        }
        Item memory item = InboxProof.open(INBOX, pre, start);
        Envelope memory envelope;
        Walk memory walk = _openWalk(pre, item);
        Form form = _decode(item, envelope, walk.work);
        StateTree.loadLeaves(walk, item.next);
        (walk.work, outcome) = _execute(form, item, envelope, walk.work);
        walk.changed =
            outcome == Outcomes.OK ||
            outcome == Outcomes.DEPOSIT_REROUTED ||
            outcome == Outcomes.DEPOSIT_RETURNED;
        post = _close(pre, item, walk);
        if (walk.sibling != start + witness.length) {
            revert WrongWitnessLength(walk.sibling - start, witness.length);
        }
    }

    /// @dev Starts the workspace at the end of the allocated memory; `StateTree.loadLeaves` completes it.
    function _openWalk(Machine calldata pre, Item memory item) private view returns (Walk memory walk) {
        bytes32[] memory oldLeaves = new bytes32[](read(item.next, 1));
        Work work = openWork();
        uint256 oldLeavesAt;
        assembly ("memory-safe") {
            oldLeavesAt := add(oldLeaves, 32)
        }
        walk.objectsEnd = pre.nextObject;
        walk.exitsEnd = C.EXIT_BASE + pre.nextExit;
        walk.oldLeaves = oldLeavesAt;
        walk.work = work;
        work.setNextObject(pre.nextObject);
        work.setNextExit(pre.nextExit);
        work.setTime(item.time);
        work.setFees(pre.fees);
        work.setFeeRecipient(FEE_RECIPIENT);
        work.setOwnerSigned(false);
        work.setCreated(0);
        work.setNextOp(0);
        work.setOpCount(0);
        work.setOutcome(Outcomes.OK);
    }

    function _decode(Item memory item, Envelope memory envelope, Work work) private pure returns (Form) {
        (uint256 pos, uint256 length) = (item.pos, item.length);
        if (item.entryKind != C.ENTRY_QUEUE) {
            if (length == 0) return Form.Nothing;
            return Codec.envelope(pos, length, envelope, work) ? Form.Envelope : Form.Malformed;
        }
        if (length == 0) return Form.Malformed;
        uint256 kind = read(pos, 1);
        if (kind == C.QUEUE_DEPOSIT) return length == Deposit.SIZE ? Form.Deposit : Form.Malformed;
        if (kind == C.QUEUE_LISTING) return length == Listing.SIZE ? Form.Listing : Form.Malformed;
        if (kind == C.QUEUE_FORCED) {
            return Codec.envelope(pos + 1, length - 1, envelope, work) ? Form.Envelope : Form.Malformed;
        }
        if (kind != C.QUEUE_CALL || length < 21) return Form.Malformed;
        return Codec.call(pos + 21, length - 21, envelope, work) ? Form.Call : Form.Malformed;
    }

    function _execute(
        Form form,
        Item memory item,
        Envelope memory envelope,
        Work work
    ) private view returns (Work, uint8 outcome) {
        if (form == Form.Nothing) return (work, Outcomes.BATCH_END);
        if (form == Form.Malformed) return (work, Outcomes.MALFORMED);
        if (form == Form.Deposit) return (work, Deposit.deposit(work, item.pos));
        if (form == Form.Listing) return (work, Listing.listing(work, item.pos));
        outcome =
            form == Form.Envelope
                ? Execution.beginEnvelope(work, envelope, DOMAIN_SEPARATOR)
                : Execution.beginCall(work, envelope, address(uint160(read(item.pos + 1, 20))));
        if (outcome != Outcomes.OK) return (work, outcome);
        (work, outcome) = _runOps(work);
        if (outcome == Outcomes.OK) outcome = Execution.payFees(work, envelope.fee);
        return (work, outcome);
    }

    /// @dev The machine after the item, once the leaves have led to the root before it.
    function _close(
        Machine calldata pre,
        Item memory item,
        Walk memory walk
    ) private pure returns (Machine memory post) {
        post = pre;
        Work work = walk.work;
        if (work.leafCount() != 0) {
            (bytes32 old, bytes32 root) = StateTree.roots(walk);
            if (old != pre.stateRoot) revert WrongStateRoot(pre.stateRoot, old);
            post.stateRoot = root;
        }
        // Casts: the workspace keeps each within its type, by the outcomes ObjectsFull, ExitsFull and Overflow; the rest comes from
        // fields of these types or from cursors within a batch.
        if (walk.changed) {
            post.nextObject = uint32(work.nextObject());
            post.nextExit = uint64(work.nextExit());
            post.fees = uint64(work.fees());
        }
        post.time = uint64(item.time);
        post.entry = item.last ? pre.entry + 1 : pre.entry;
        post.cursor = item.last ? 0 : uint32(item.cursor);
    }
}
