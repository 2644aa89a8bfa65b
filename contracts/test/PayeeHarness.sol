// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClaimHead, IClaims} from "../interfaces/IClaims.sol";

/// @title A party to a claim that misbehaves when it is paid: it can refuse, re-enter, or answer with a long return value.
contract PayeeHarness {
    /// @notice What to do when ether comes.
    enum Mood {
        Accept,
        Refuse,
        Reenter,
        Bomb
    }

    /// @notice Bytes a `Bomb` answers with.
    uint256 private constant _BOMB_BYTES = 1 << 17;

    IClaims private immutable _CLAIMS;
    Mood private _mood;

    /// @notice The payment is refused.
    error Refused();

    constructor(IClaims claims) {
        _CLAIMS = claims;
    }

    receive() external payable {
        _react();
    }

    /// @notice Sets what to do when ether comes.
    function setMood(Mood mood) external {
        _mood = mood;
    }

    /// @notice Takes a seat.
    function challenge(ClaimHead calldata head) external payable {
        _CLAIMS.challenge{value: msg.value}(head);
    }

    /// @notice Takes the credit to `to`.
    function withdraw(address to) external {
        _CLAIMS.withdraw(to);
    }

    function _react() private {
        Mood mood = _mood;
        if (mood == Mood.Refuse) revert Refused();
        if (mood == Mood.Reenter) _CLAIMS.withdraw(address(this));
        if (mood == Mood.Bomb) {
            assembly ("memory-safe") {
                return(0, _BOMB_BYTES)
            }
        }
    }
}
