// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClaimHead, ClaimId, ClaimState, IClaims, LineState, LineStatus, Path, Segment} from "../interfaces/IClaims.sol";
import {IStepVerifier, Machine} from "../interfaces/IStepVerifier.sol";
import {Clock, Windows} from "./Clock.sol";
import {DisputeStore, Guards, SeatState} from "./DisputeStore.sol";
import {Ids, LineId, Paths, TraceId} from "./Ids.sol";
import {TraceTree} from "./TraceTree.sol";

/// @title The moves on a line: opened, picked, answered, disproved, timed out.
library LineRules {
    using Clock for Windows;
    using Guards for DisputeStore;
    using Paths for Path;

    /// @notice Opens the line of `owner` with the trace of the whole claim.
    /// @return root of the trace
    function open(
        DisputeStore storage store,
        ClaimId id,
        ClaimHead calldata head,
        address owner,
        bytes32[] calldata elements,
        uint256 fanout,
        Windows memory windows
    ) internal returns (bytes32 root) {
        ClaimState storage state = store.pending(id);
        require(state.beneficiary != address(0), IClaims.Unchallenged(id));
        Guards.before(windows.traceEnd(state.time, 0));
        LineId lineId = Ids.line(id, owner);
        LineState storage line = store.lines[lineId];
        require(line.status == LineStatus.None, IClaims.LineTaken(id, owner));
        root = _traceRoot(elements, head.machine, fanout);
        line.status = LineStatus.Alive;
        state.livingLines++;
        store.traces[Ids.trace(lineId, Path.wrap(0))] = Ids.opened(head.start, root);
    }

    /// @notice The seat picks segment `j` of the trace at `path`.
    /// @return joined somebody had picked it before
    function pick(
        DisputeStore storage store,
        ClaimId id,
        uint256 levels,
        address owner,
        Path path,
        uint256 j,
        address seat,
        uint256 fanout,
        Windows memory windows
    ) internal returns (bool joined) {
        ClaimState storage state = store.pending(id);
        (LineId lineId, LineState storage line) = store.alive(id, owner);
        require(store.seats[id][seat] == SeatState.Taken, IClaims.NoSeat(id, seat));
        uint256 r = path.length();
        // INVARIANT: the segments of the last trace are single items: they are proved, never picked.
        Guards.pathLength(r + 1, 1, levels - 1);
        _checkIndex(j, fanout);
        Guards.before(windows.pickEnd(state.time, r));
        TraceId traceId = Ids.trace(lineId, path);
        require(store.traces[traceId] != 0, IClaims.NoTrace(path));
        if (r != 0) {
            uint256 chosen = store.choices[Ids.trace(lineId, path.parent())][seat];
            require(chosen == path.last(), IClaims.NotOnPath(seat, chosen));
        }
        uint256 before = store.choices[traceId][seat];
        require(before == 0, IClaims.AlreadyPicked(seat, before));
        // Safe cast: j ≤ fanout ≤ 1,024.
        store.choices[traceId][seat] = uint16(j);
        TraceId childId = Ids.trace(lineId, path.child(j));
        joined = store.pickers[childId] != address(0);
        if (!joined) {
            store.pickers[childId] = seat;
            line.open++;
        }
    }

    /// @notice The owner cuts the picked segment that leads to `path`.
    /// @return root of the trace
    function answer(
        DisputeStore storage store,
        ClaimId id,
        uint256 levels,
        address owner,
        Path path,
        Segment calldata segment,
        bytes32[] calldata elements,
        uint256 fanout,
        Windows memory windows
    ) internal returns (bytes32 root) {
        ClaimState storage state = store.pending(id);
        (LineId lineId, LineState storage line) = store.alive(id, owner);
        uint256 r = path.length();
        Guards.pathLength(r, 1, levels - 1);
        Guards.before(windows.traceEnd(state.time, r));
        TraceId traceId = Ids.trace(lineId, path);
        _unanswered(store, traceId, path);
        _checkSegment(store, Ids.trace(lineId, path.parent()), path.last(), segment, fanout);
        root = _traceRoot(elements, segment.right, fanout);
        store.traces[traceId] = Ids.opened(segment.left, root);
        line.open--;
        // INVARIANT: the round never shrinks, else an answer nearer the root would cut short the time to attack this one.
        if (r > line.round) line.round = uint8(r);
    }

    /// @notice Runs the item of segment `j` of the last trace; the line dies when the result is another than it says.
    /// @return actual hash of the machine after the step
    function prove(
        DisputeStore storage store,
        ClaimId id,
        ClaimHead calldata head,
        address owner,
        Path path,
        uint256 j,
        Segment calldata segment,
        Machine calldata pre,
        bytes calldata witness,
        address killer,
        uint256 fanout,
        IStepVerifier verifier
    ) internal returns (bytes32 actual) {
        ClaimState storage state = store.pending(id);
        (LineId lineId, LineState storage line) = store.alive(id, owner);
        Guards.pathLength(path.length(), head.levels - 1, head.levels - 1);
        _checkSegment(store, Ids.trace(lineId, path), j, segment, fanout);
        bytes32 left = Ids.machine(pre);
        require(left == segment.left, IClaims.MachineMismatch(left, segment.left));
        if (pre.entry >= head.endEntry) {
            actual = left;
        } else {
            (Machine memory post, ) = verifier.step(pre, witness);
            actual = Ids.machine(post);
        }
        require(actual != segment.right, IClaims.StepAgrees(actual));
        _kill(state, line, killer);
    }

    /// @notice The line dies of the pick that it left unanswered.
    /// @return killer who picked it first
    function timeout(
        DisputeStore storage store,
        ClaimId id,
        uint256 levels,
        address owner,
        Path path,
        uint256 j,
        uint256 fanout,
        Windows memory windows
    ) internal returns (address killer) {
        ClaimState storage state = store.pending(id);
        (LineId lineId, LineState storage line) = store.alive(id, owner);
        uint256 r = path.length() + 1;
        Guards.pathLength(r, 1, levels - 1);
        _checkIndex(j, fanout);
        Guards.notBefore(windows.traceEnd(state.time, r));
        Path child = path.child(j);
        killer = _unanswered(store, Ids.trace(lineId, child), child);
        _kill(state, line, killer);
    }

    /// @dev `segment` stands at place `j` of the trace.
    function _checkSegment(
        DisputeStore storage store,
        TraceId traceId,
        uint256 j,
        Segment calldata segment,
        uint256 fanout
    ) private view {
        _checkIndex(j, fanout);
        bytes32 opened = Ids.opened(segment.start, segment.root);
        bytes32 stored = store.traces[traceId];
        require(opened == stored, IClaims.TraceMismatch(opened, stored));
        if (j == 1) {
            require(segment.leftProof.length == 0, IClaims.ProofLength(0, segment.leftProof.length, 0));
            require(segment.left == segment.start, IClaims.ProofMismatch(0));
        } else {
            _checkElement(segment.leftProof, j - 1, segment.left, segment.root, fanout);
        }
        _checkElement(segment.rightProof, j, segment.right, segment.root, fanout);
    }

    /// @dev h(index), index ≥ 1, is leaf index − 1. SAFETY: the proof's length is fixed, so that a node is never taken for a leaf.
    function _checkElement(
        bytes32[] calldata proof,
        uint256 index,
        bytes32 element,
        bytes32 root,
        uint256 fanout
    ) private pure {
        require(1 << proof.length == fanout, IClaims.ProofLength(index, proof.length, _log2(fanout)));
        require(TraceTree.climb(proof, index - 1, element) == root, IClaims.ProofMismatch(index));
    }

    function _checkIndex(uint256 j, uint256 fanout) private pure {
        require(1 <= j && j <= fanout, IClaims.SegmentOutOfRange(j, fanout));
    }

    /// @dev The segment that leads to `path` is picked, and no trace cuts it yet.
    function _unanswered(DisputeStore storage store, TraceId traceId, Path path) private view returns (address picker) {
        picker = store.pickers[traceId];
        require(picker != address(0), IClaims.NotPicked(path));
        require(store.traces[traceId] == 0, IClaims.AlreadyAnswered(path));
    }

    /// @dev The last element sent is the end, which also fills the places after it.
    function _traceRoot(bytes32[] calldata elements, bytes32 end, uint256 fanout) private pure returns (bytes32) {
        uint256 count = elements.length;
        require(1 <= count && count <= fanout, IClaims.TraceLength(count, fanout));
        bytes32 last = elements[count - 1];
        require(last == end, IClaims.TraceEndMismatch(last, end));
        return TraceTree.root(elements, fanout);
    }

    function _kill(ClaimState storage state, LineState storage line, address killer) private {
        line.status = LineStatus.Dead;
        line.killer = killer;
        state.livingLines--;
    }

    function _log2(uint256 fanout) private pure returns (uint256 depth) {
        while (1 << (depth + 1) <= fanout) depth++;
    }
}
