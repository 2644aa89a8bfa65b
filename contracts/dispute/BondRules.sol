// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClaimHead, ClaimId, ClaimState, ClaimStatus, IClaims, LineState, LineStatus} from "../interfaces/IClaims.sol";
import {DisputeStore, SeatState} from "./DisputeStore.sol";
import {Ids} from "./Ids.sol";

/// @notice How a bond is divided; `credited + burned` is the bond.
struct Share {
    address to;
    uint256 credited;
    uint256 burned;
}

/// @title Who gets each bond. A bond is marked collected before it is divided: it leaves once.
/// @dev Half of a lost bond burns, so that a liar gains nothing by losing to himself.
library BondRules {
    /// @notice The proposer's bond, which also covers the proposer's line.
    function collectClaim(
        DisputeStore storage store,
        ClaimId id,
        ClaimHead calldata head,
        uint256 bond
    ) internal returns (Share memory) {
        ClaimState storage state = _decided(store, id, head.parent);
        require(!state.bondCollected, IClaims.NoBond(id, head.proposer));
        state.bondCollected = true;
        if (state.status == ClaimStatus.Void) return _back(head.proposer, bond);
        LineState storage line = store.lines[Ids.line(id, head.proposer)];
        if (line.status == LineStatus.Dead) return _half(line.killer, bond);
        if (line.status == LineStatus.None && state.status == ClaimStatus.Refuted) {
            return _half(state.beneficiary, bond);
        }
        return _back(head.proposer, bond);
    }

    /// @notice A seat's bond.
    function collectSeat(
        DisputeStore storage store,
        ClaimId id,
        ClaimHead calldata head,
        address seat,
        uint256 bond
    ) internal returns (Share memory) {
        ClaimState storage state = _decided(store, id, head.parent);
        require(store.seats[id][seat] == SeatState.Taken, IClaims.NoBond(id, seat));
        store.seats[id][seat] = SeatState.Collected;
        // INVARIANT: a claim with a seat is upheld by a line only, and `beneficiary` is then its owner.
        bool lost = state.status == ClaimStatus.Upheld || state.status == ClaimStatus.Confirmed;
        return lost ? _half(state.beneficiary, bond) : _back(seat, bond);
    }

    /// @notice The bond of a line of anybody but the proposer.
    function collectLine(
        DisputeStore storage store,
        ClaimId id,
        ClaimHead calldata head,
        address owner,
        uint256 bond
    ) internal returns (Share memory) {
        ClaimState storage state = _decided(store, id, head.parent);
        LineState storage line = store.lines[Ids.line(id, owner)];
        require(
            owner != head.proposer && line.status != LineStatus.None && !line.bondCollected,
            IClaims.NoBond(id, owner)
        );
        line.bondCollected = true;
        bool lost = line.status == LineStatus.Dead && state.status != ClaimStatus.Void;
        return lost ? _half(line.killer, bond) : _back(owner, bond);
    }

    /// @dev Void, or decided with a parent that stands for good: no later move can change who gets what.
    function _decided(
        DisputeStore storage store,
        ClaimId id,
        ClaimId parent
    ) private view returns (ClaimState storage state) {
        state = store.claims[id];
        ClaimStatus status = state.status;
        if (status == ClaimStatus.Void) return state;
        require(status != ClaimStatus.None && status != ClaimStatus.Pending, IClaims.WrongStatus(id, status));
        // A Confirmed claim's parent is Confirmed, but the genesis claim has none: it has no bond either.
        if (status == ClaimStatus.Confirmed) return state;
        ClaimStatus above = store.claims[parent].status;
        require(above == ClaimStatus.Confirmed, IClaims.WrongParentStatus(parent, above));
    }

    function _back(address payer, uint256 bond) private pure returns (Share memory) {
        return Share(payer, bond, 0);
    }

    /// @dev The half that is paid rounds down; the rest burns.
    function _half(address to, uint256 bond) private pure returns (Share memory) {
        return Share(to, bond / 2, bond - bond / 2);
    }
}
