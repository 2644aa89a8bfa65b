// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IBridge} from "../interfaces/IBridge.sol";

/// @title Payments whose receiver cannot hurt the payer: bounded gas, no return data copied, failure is a result.
library Payout {
    /// @notice Gas that a receiver of ETH gets from {tryPay}.
    uint256 internal constant ETH_GAS = 100_000;
    /// @notice Gas that a token's transfer gets from {tryPay}.
    uint256 internal constant TOKEN_GAS = 300_000;
    /// @notice Gas kept beyond the stipend: the call's own cost (value, cold and new account: 36,600) and slack.
    uint256 internal constant RESERVE_GAS = 50_000;

    /// @notice Pays with a fixed stipend.
    /// @dev SAFETY: the stipend is there in full, or the whole transaction reverts: nobody can starve a good receiver of gas to
    ///      make its payment fail. A call gets at most 63/64 of the gas left (EIP-150).
    /// @return delivered false when the receiver or the token refused
    function tryPay(address token, address to, uint256 l1Amount) internal returns (bool delivered) {
        uint256 stipend = token == address(0) ? ETH_GAS : TOKEN_GAS;
        uint256 due = (stipend * 64) / 63 + RESERVE_GAS;
        uint256 left = gasleft();
        require(left >= due, IBridge.GasTooLow(left, due));
        return _pay(token, to, l1Amount, stipend);
    }

    /// @notice Pays with all the gas there is, or reverts.
    function pay(address token, address to, uint256 l1Amount) internal {
        require(_pay(token, to, l1Amount, gasleft()), IBridge.PaymentRefused(to));
    }

    function _pay(address token, address to, uint256 l1Amount, uint256 gasLimit) private returns (bool delivered) {
        if (token == address(0)) {
            (delivered, , ) = _call(to, gasLimit, l1Amount, "");
            return delivered;
        }
        (bool ok, uint256 size, uint256 word) = _call(
            token,
            gasLimit,
            0,
            abi.encodeCall(IERC20.transfer, (to, l1Amount))
        );
        // As SafeERC20: true, or nothing from a contract (tokens without a return value).
        return ok && (size == 0 ? token.code.length != 0 : size >= 32 && word == 1);
    }

    /// @dev `call` that copies at most one word of what comes back: a return bomb costs nothing here.
    function _call(
        address target,
        uint256 gasLimit,
        uint256 value,
        bytes memory data
    ) private returns (bool ok, uint256 size, uint256 word) {
        assembly ("memory-safe") {
            mstore(0, 0)
            ok := call(gasLimit, target, value, add(data, 0x20), mload(data), 0, 0x20)
            size := returndatasize()
            word := mload(0)
        }
    }
}
