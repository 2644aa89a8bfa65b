// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "./Constants.sol" as C;
import {load, loadWord, store, storeWord} from "./Memory.sol";
import {Leaf, Work} from "./Work.sol";

/// @title Packed records in the workspace: kinds, tags, creation.
/// @notice Layouts: `docs/spec/records.md`. Ops edit records in place, at the offsets of `Constants.sol`.
library Records {
    /// @dev First byte of a leaf's record. SAFETY: only of leaves that exist.
    function kind(Work work, Leaf leaf) internal pure returns (uint256) {
        return load(work.record(leaf), 1);
    }

    /// @dev The leaf at `index`, and whether it holds a record of this kind. Reverts when the witness lacks it.
    function ofKind(Work work, uint256 index, uint256 wanted) internal pure returns (Leaf leaf, bool ok) {
        leaf = work.leaf(index);
        ok = kind(work, leaf) == wanted;
    }

    /// @dev The tag of an object: what its index means for ever. Kinds other than asset and account keep it in their record,
    ///      all at the same offset.
    function tag(Work work, Leaf leaf) internal pure returns (bytes32) {
        uint256 pos = work.record(leaf);
        uint256 k = load(pos, 1);
        if (k == C.RECORD_ASSET) return bytes32(load(pos + C.ASSET_AT_TOKEN, 21));
        if (k == C.RECORD_ACCOUNT) return bytes32(load(pos + C.ACCOUNT_AT_OWNER, 20));
        return bytes32(loadWord(pos + C.POOL_AT_TAG));
    }

    /// @dev Owner of an account.
    function owner(Work work, Leaf leaf) internal pure returns (address) {
        return address(uint160(load(work.record(leaf) + C.ACCOUNT_AT_OWNER, 20)));
    }

    /// @dev No object index is left.
    function objectsFull(Work work) internal pure returns (bool) {
        return work.nextObject() >= C.OBJECT_LIMIT;
    }

    /// @dev Takes the next object index for a record of `size` bytes; returns the address to write it to.
    ///      SAFETY: a leaf at or above the step's first `nextObject` has no record yet, and room for one (see `StateTree`).
    function newObject(Work work, uint256 size) internal pure returns (uint256 pos) {
        uint256 index = work.nextObject();
        work.setNextObject(index + 1);
        work.setCreated(work.created() + 1);
        Leaf leaf = work.leaf(index);
        leaf.setSize(size);
        pos = work.record(leaf);
    }

    /// @dev Creates an account that holds `amount` (0: nothing) of `asset`.
    function createAccount(Work work, address owner_, uint256 asset, uint256 amount) internal pure {
        uint256 size = C.ACCOUNT_AT_TAIL + (amount == 0 ? 0 : C.HOLDING_AT_SIZE);
        uint256 pos = newObject(work, size);
        store(pos, 1, C.RECORD_ACCOUNT);
        store(pos + C.ACCOUNT_AT_OWNER, 20, uint160(owner_));
        store(pos + C.ACCOUNT_AT_SIGNER_KIND, 9, 0);
        storeWord(pos + C.ACCOUNT_AT_NONCE_BITS, 0);
        store(pos + C.ACCOUNT_AT_HAS_SESSION, 1, 0);
        store(pos + C.ACCOUNT_AT_HOLDING_COUNT, 1, amount == 0 ? 0 : 1);
        if (amount == 0) return;
        store(pos + C.ACCOUNT_AT_TAIL + C.HOLDING_AT_KEY, 4, asset);
        store(pos + C.ACCOUNT_AT_TAIL + C.HOLDING_AT_AMOUNT, 8, amount);
    }

    /// @dev Creates the asset of a listing.
    function createAsset(Work work, uint256 token, uint256 shift) internal pure {
        uint256 pos = newObject(work, C.ASSET_AT_SIZE);
        store(pos, 1, C.RECORD_ASSET);
        store(pos + C.ASSET_AT_TOKEN, 20, token);
        store(pos + C.ASSET_AT_SHIFT, 1, shift);
    }

    /// @dev No exit number is left.
    function exitsFull(Work work) internal pure returns (bool) {
        return work.nextExit() >= C.EXIT_LIMIT;
    }

    /// @dev Creates an exit of `amount` units of an asset, given by its tag (token ‖ shift).
    function createExit(Work work, uint256 assetTag, uint256 amount, address recipient) internal pure {
        uint256 number = work.nextExit();
        work.setNextExit(number + 1);
        Leaf leaf = work.leaf(C.EXIT_BASE + number);
        leaf.setSize(C.EXIT_AT_SIZE);
        uint256 pos = work.record(leaf);
        store(pos, 1, C.RECORD_EXIT);
        store(pos + C.EXIT_AT_TOKEN, 21, assetTag);
        store(pos + C.EXIT_AT_AMOUNT, 8, amount);
        store(pos + C.EXIT_AT_RECIPIENT, 20, uint160(recipient));
    }
}
