// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The three windows, seconds.
struct Windows {
    /// Wc: to challenge.
    uint256 challenge;
    /// Wd: to open a trace.
    uint256 defend;
    /// Wr: to pick or prove.
    uint256 reply;
}

/// @title One clock a claim: every deadline is fixed when the claim is made, so that no move can stretch or inherit time.
/// @dev Times are uint40 and windows uint32 at the source: sums of a few stay far below 2^256.
library Clock {
    /// @notice t0 + Wc: end of the challenges.
    function challengeEnd(Windows memory w, uint256 t0) internal pure returns (uint256) {
        return t0 + w.challenge;
    }

    /// @notice D(r): a trace at path length r must be open before.
    function traceEnd(Windows memory w, uint256 t0, uint256 r) internal pure returns (uint256) {
        return t0 + w.challenge + w.defend + r * (w.defend + w.reply);
    }

    /// @notice P(r): a segment of a trace at path length r must be picked before.
    function pickEnd(Windows memory w, uint256 t0, uint256 r) internal pure returns (uint256) {
        return traceEnd(w, t0, r) + w.reply;
    }
}
