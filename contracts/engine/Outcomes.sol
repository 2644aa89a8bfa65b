// SPDX-License-Identifier: MIT
// Generated from spec/constants.json by scripts/generate.ts: do not edit.
pragma solidity 0.8.37;

/// @title How an item ended: outcome codes, equal in both twins.
library Outcomes {
    /// @dev The item took effect.
    uint8 internal constant OK = 0;
    /// @dev The bytes are not a canonical item.
    uint8 internal constant MALFORMED = 1;
    /// @dev The signing account does not exist.
    uint8 internal constant NO_ACCOUNT = 2;
    /// @dev An op refers to an object that does not exist.
    uint8 internal constant NO_OBJECT = 3;
    /// @dev The entry's time is past validUntil.
    uint8 internal constant EXPIRED = 4;
    /// @dev The nonce is used, cancelled or below the window.
    uint8 internal constant NONCE_USED = 5;
    /// @dev The nonce is above the window.
    uint8 internal constant NONCE_TOO_HIGH = 6;
    /// @dev Neither the owner nor the session key signed this.
    uint8 internal constant BAD_SIGNATURE = 7;
    /// @dev The session key has expired.
    uint8 internal constant SESSION_EXPIRED = 8;
    /// @dev The session key may not do this op or use this object.
    uint8 internal constant SESSION_SCOPE = 9;
    /// @dev The fee exceeds the session key's budget.
    uint8 internal constant SESSION_BUDGET = 10;
    /// @dev An object is not of the kind that the op needs.
    uint8 internal constant WRONG_KIND = 11;
    /// @dev An amount that must be positive is zero.
    uint8 internal constant ZERO_AMOUNT = 12;
    /// @dev An address that must be set is zero.
    uint8 internal constant ZERO_ADDRESS = 13;
    /// @dev The recipient is the signing account.
    uint8 internal constant SELF_TRANSFER = 14;
    /// @dev The account holds less than the op takes.
    uint8 internal constant INSUFFICIENT_BALANCE = 15;
    /// @dev The account holds less ETH than the fee.
    uint8 internal constant INSUFFICIENT_FEE = 16;
    /// @dev A result does not fit its integer.
    uint8 internal constant OVERFLOW = 17;
    /// @dev The account has no room for another holding.
    uint8 internal constant HOLDINGS_FULL = 18;
    /// @dev No object index is left.
    uint8 internal constant OBJECTS_FULL = 19;
    /// @dev No exit number is left.
    uint8 internal constant EXITS_FULL = 20;
    /// @dev The result is worse than the signed limit.
    uint8 internal constant LIMIT_NOT_MET = 21;
    /// @dev The pool cannot give that much, or would start with too little.
    uint8 internal constant INSUFFICIENT_LIQUIDITY = 22;
    /// @dev The two assets of a pool are not in ascending order.
    uint8 internal constant BAD_PAIR = 23;
    /// @dev The pool fee is above the maximum.
    uint8 internal constant BAD_POOL_FEE = 24;
    /// @dev The session key, its expiry or its mask is not allowed.
    uint8 internal constant BAD_SESSION = 25;
    /// @dev The account has no session key.
    uint8 internal constant NO_SESSION = 26;
    /// @dev The session key's scope is full.
    uint8 internal constant SESSION_FULL = 27;
    /// @dev The new nonce base is not above the old one, or too far above.
    uint8 internal constant BAD_NONCE_BASE = 28;
    /// @dev Only the deployment's fee recipient collects fees.
    uint8 internal constant NOT_FEE_RECIPIENT = 29;
    /// @dev The calling contract does not own the account.
    uint8 internal constant CALLER_MISMATCH = 30;
    /// @dev The call was made for other objects than these indices now name.
    uint8 internal constant OPS_HASH_MISMATCH = 31;
    /// @dev The deposit went to a new account of the owner named in it.
    uint8 internal constant DEPOSIT_REROUTED = 32;
    /// @dev The deposit became an exit back to the depositor.
    uint8 internal constant DEPOSIT_RETURNED = 33;
    /// @dev No item stands here: the rest of the batch is skipped.
    uint8 internal constant BATCH_END = 34;
}
