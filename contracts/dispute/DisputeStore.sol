// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClaimId, ClaimState, ClaimStatus, IClaims, LineState, LineStatus} from "../interfaces/IClaims.sol";
import {Ids, LineId, TraceId} from "./Ids.sol";

/// @notice A seat's life.
enum SeatState {
    None,
    Taken,
    Collected
}

/// @notice All the game remembers.
struct DisputeStore {
    mapping(ClaimId id => ClaimState) claims;
    mapping(ClaimId id => mapping(address seat => SeatState)) seats;
    mapping(LineId line => LineState) lines;
    /// `Ids.opened` of each trace; zero: not open.
    mapping(TraceId trace => bytes32) traces;
    /// Who first picked the segment that leads to a trace; zero: not picked.
    mapping(TraceId trace => address) pickers;
    /// The segment of a trace that a seat picked; zero: none.
    mapping(TraceId trace => mapping(address seat => uint16)) choices;
}

/// @title Guards that several rules share.
library Guards {
    /// @notice The claim, which must be pending.
    function pending(DisputeStore storage store, ClaimId id) internal view returns (ClaimState storage state) {
        state = store.claims[id];
        require(state.status == ClaimStatus.Pending, IClaims.WrongStatus(id, state.status));
    }

    /// @notice The line of `owner`, which must be alive.
    function alive(
        DisputeStore storage store,
        ClaimId id,
        address owner
    ) internal view returns (LineId lineId, LineState storage line) {
        lineId = Ids.line(id, owner);
        line = store.lines[lineId];
        require(line.status == LineStatus.Alive, IClaims.LineNotAlive(id, owner, line.status));
    }

    /// @notice Now is before `deadline`.
    function before(uint256 deadline) internal view {
        require(block.timestamp < deadline, IClaims.TooLate(block.timestamp, deadline));
    }

    /// @notice Now is `opens` or later.
    function notBefore(uint256 opens) internal view {
        require(block.timestamp >= opens, IClaims.TooEarly(block.timestamp, opens));
    }

    /// @notice `least` ≤ the path's length ≤ `most`.
    function pathLength(uint256 length, uint256 least, uint256 most) internal pure {
        require(least <= length && length <= most, IClaims.PathLength(length, least, most));
    }
}
