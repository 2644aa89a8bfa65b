// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClaimHead} from "../interfaces/IClaims.sol";

/// @title Claims that are confirmed because the test says so: only what the Bridge asks.
contract MockClaims {
    mapping(bytes32 id => bool confirmed) private _confirmed;

    /// @notice Confirms a claim.
    function confirm(ClaimHead calldata head) external {
        _confirmed[keccak256(abi.encode(head))] = true;
    }

    /// @notice As `IClaims.isConfirmed`.
    function isConfirmed(ClaimHead calldata head) external view returns (bool) {
        return _confirmed[keccak256(abi.encode(head))];
    }
}
