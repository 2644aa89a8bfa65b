// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "./Constants.sol" as C;
import {load, loadWord, store, storeWord} from "./Memory.sol";
import {Outcomes} from "./Outcomes.sol";

/// @title The nonce window of an account record: a base and a bitmap of the 256 nonces from it on.
/// @notice `account` is the record's memory address.
library Nonces {
    function check(uint256 account, uint256 nonce) internal pure returns (uint8) {
        uint256 base = load(account + C.ACCOUNT_AT_NONCE_BASE, 8);
        if (nonce < base) return Outcomes.NONCE_USED;
        if (nonce >= base + C.NONCE_WINDOW) return Outcomes.NONCE_TOO_HIGH;
        uint256 bits = loadWord(account + C.ACCOUNT_AT_NONCE_BITS);
        // A nonce behind the bitmap shifts it out to zero: not used.
        return (bits >> (nonce - base)) & 1 == 0 ? Outcomes.OK : Outcomes.NONCE_USED;
    }

    /// @dev Marks a nonce that passed {check}; slides the window when it lies behind the bitmap.
    function use(uint256 account, uint256 nonce) internal pure {
        uint256 base = load(account + C.ACCOUNT_AT_NONCE_BASE, 8);
        if (nonce >= base + C.NONCE_BITS) {
            slide(account, nonce - (C.NONCE_BITS - 1));
            base = nonce - (C.NONCE_BITS - 1);
        }
        uint256 bits = loadWord(account + C.ACCOUNT_AT_NONCE_BITS);
        storeWord(account + C.ACCOUNT_AT_NONCE_BITS, bits | (1 << (nonce - base)));
    }

    /// @dev Moves the base up to `newBase`; bits of nonces below it are dropped.
    function slide(uint256 account, uint256 newBase) internal pure {
        uint256 base = load(account + C.ACCOUNT_AT_NONCE_BASE, 8);
        uint256 bits = loadWord(account + C.ACCOUNT_AT_NONCE_BITS);
        store(account + C.ACCOUNT_AT_NONCE_BASE, 8, newBase);
        storeWord(account + C.ACCOUNT_AT_NONCE_BITS, bits >> (newBase - base));
    }
}
