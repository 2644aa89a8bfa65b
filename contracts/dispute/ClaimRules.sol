// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClaimHead, ClaimId, ClaimState, ClaimStatus, IClaims, LineState} from "../interfaces/IClaims.sol";
import {IInboxReader} from "../interfaces/IInboxReader.sol";
import {Machine} from "../interfaces/IStepVerifier.sol";
import {Clock, Windows} from "./Clock.sol";
import {DisputeStore, Guards, SeatState} from "./DisputeStore.sol";
import {Ids} from "./Ids.sol";

/// @title What happens to a whole claim: made, challenged, settled, confirmed, voided.
library ClaimRules {
    using Clock for Windows;
    using Guards for DisputeStore;

    /// @notice Stores a new claim of `head.proposer`, built on `parent`.
    function make(
        DisputeStore storage store,
        ClaimHead calldata parent,
        ClaimHead memory head,
        Machine calldata end,
        IInboxReader inbox
    ) internal returns (ClaimId id) {
        ClaimStatus above = store.claims[head.parent].status;
        // A claim on a fallen parent could only be voided; one on an unknown parent has no start.
        require(
            above == ClaimStatus.Pending || above == ClaimStatus.Upheld || above == ClaimStatus.Confirmed,
            IClaims.WrongParentStatus(head.parent, above)
        );
        require(1 <= head.levels && head.levels <= 3, IClaims.LevelsOutOfRange(head.levels));
        require(end.cursor == 0, IClaims.CursorNotZero(end.cursor));
        require(head.endEntry > parent.endEntry, IClaims.EntryNotAfterParent(head.endEntry, parent.endEntry));
        uint64 entries = inbox.length();
        require(head.endEntry <= entries, IClaims.EntryPastInbox(head.endEntry, entries));
        bytes32 acc = inbox.acc(head.endEntry);
        require(head.acc == acc, IClaims.AccMismatch(head.acc, acc));
        id = Ids.claim(head);
        require(store.claims[id].status == ClaimStatus.None, IClaims.ClaimExists(id));
        store.claims[id] = ClaimState({
            status: ClaimStatus.Pending,
            bondCollected: false,
            // Safe cast: seconds pass 2^40 in the year 36812.
            time: uint40(block.timestamp),
            livingLines: 0,
            beneficiary: address(0)
        });
    }

    /// @notice Seats `seat` against the claim.
    function challenge(DisputeStore storage store, ClaimId id, address seat, Windows memory windows) internal {
        ClaimState storage state = store.pending(id);
        Guards.before(windows.challengeEnd(state.time));
        require(store.seats[id][seat] == SeatState.None, IClaims.SeatTaken(id, seat));
        store.seats[id][seat] = SeatState.Taken;
        if (state.beneficiary == address(0)) state.beneficiary = seat;
    }

    /// @notice Decides the claim's own game, by the living line of `owner` or, when that is zero, by the lack of one.
    function settle(
        DisputeStore storage store,
        ClaimId id,
        address owner,
        Windows memory windows
    ) internal returns (ClaimStatus decided) {
        ClaimState storage state = store.pending(id);
        decided = ClaimStatus.Upheld;
        if (owner != address(0)) {
            (, LineState storage line) = store.alive(id, owner);
            // INVARIANT: a seat's pick is answered before the line can win; a longer answer moves the line's end.
            require(line.open == 0, IClaims.PicksOpen(line.open));
            Guards.notBefore(windows.pickEnd(state.time, line.round));
            state.beneficiary = owner;
        } else if (state.beneficiary == address(0)) {
            Guards.notBefore(windows.challengeEnd(state.time));
        } else {
            Guards.notBefore(windows.traceEnd(state.time, 0));
            require(state.livingLines == 0, IClaims.LinesAlive(state.livingLines));
            decided = ClaimStatus.Refuted;
        }
        state.status = decided;
    }

    /// @notice Upheld, and the parent stands for good.
    function confirm(DisputeStore storage store, ClaimId id, ClaimId parent) internal {
        ClaimState storage state = store.claims[id];
        require(state.status == ClaimStatus.Upheld, IClaims.WrongStatus(id, state.status));
        ClaimStatus above = store.claims[parent].status;
        require(above == ClaimStatus.Confirmed, IClaims.WrongParentStatus(parent, above));
        state.status = ClaimStatus.Confirmed;
    }

    /// @notice The parent fell, or fell with an ancestor.
    /// @dev INVARIANT: a Confirmed claim's parent is Confirmed, and Confirmed is final: nothing confirmed can be voided.
    function voidClaim(DisputeStore storage store, ClaimId id, ClaimId parent) internal {
        ClaimState storage state = store.claims[id];
        ClaimStatus status = state.status;
        require(
            status == ClaimStatus.Pending || status == ClaimStatus.Upheld || status == ClaimStatus.Refuted,
            IClaims.WrongStatus(id, status)
        );
        ClaimStatus above = store.claims[parent].status;
        require(above == ClaimStatus.Refuted || above == ClaimStatus.Void, IClaims.WrongParentStatus(parent, above));
        state.status = ClaimStatus.Void;
    }
}
