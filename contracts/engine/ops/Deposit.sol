// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "../Constants.sol" as C;
import {Holdings} from "../Holdings.sol";
import {read} from "../Memory.sol";
import {Outcomes} from "../Outcomes.sol";
import {Records} from "../Records.sol";
import {Leaf, Work} from "../Work.sol";

/// @title The queue item that brings money in. It never fails: what cannot be credited as wished goes to a new account, or back.
library Deposit {
    /// @dev Bytes of the item, its kind included.
    uint256 internal constant SIZE = 78;

    uint256 private constant AT_TAG = 1;
    uint256 private constant AT_ASSET = 22;
    uint256 private constant AT_ACCOUNT = 26;
    uint256 private constant AT_OWNER = 30;
    uint256 private constant AT_DEPOSITOR = 50;
    uint256 private constant AT_AMOUNT = 70;

    /// @dev Executes the deposit at calldata offset `pos`.
    function deposit(Work work, uint256 pos) internal pure returns (uint8) {
        uint256 tag = read(pos + AT_TAG, 21);
        uint256 asset = read(pos + AT_ASSET, 4);
        uint256 account = read(pos + AT_ACCOUNT, 4);
        address owner = address(uint160(read(pos + AT_OWNER, 20)));
        address depositor = address(uint160(read(pos + AT_DEPOSITOR, 20)));
        uint256 amount = read(pos + AT_AMOUNT, 8);

        if (!_isAsset(work, asset, tag)) return _giveBack(work, tag, amount, depositor);
        if (account != 0 && _credit(work, account, owner, asset, amount)) return Outcomes.OK;
        if (Records.objectsFull(work)) return _giveBack(work, tag, amount, depositor);
        Records.createAccount(work, owner, asset, amount);
        return account == 0 ? Outcomes.OK : Outcomes.DEPOSIT_REROUTED;
    }

    function _isAsset(Work work, uint256 asset, uint256 tag) private pure returns (bool) {
        // Index 0 is no object and has no record.
        if (asset == 0 || asset >= work.nextObject()) return false;
        (Leaf leaf, bool ok) = Records.ofKind(work, asset, C.RECORD_ASSET);
        return ok && Records.tag(work, leaf) == bytes32(tag);
    }

    function _credit(
        Work work,
        uint256 account,
        address owner,
        uint256 asset,
        uint256 amount
    ) private pure returns (bool) {
        if (account >= work.nextObject()) return false;
        (Leaf leaf, bool ok) = Records.ofKind(work, account, C.RECORD_ACCOUNT);
        if (!ok || Records.owner(work, leaf) != owner) return false;
        return Holdings.raise(work, leaf, asset, amount, false) == Outcomes.OK;
    }

    function _giveBack(Work work, uint256 tag, uint256 amount, address depositor) private pure returns (uint8) {
        if (Records.exitsFull(work)) return Outcomes.EXITS_FULL;
        Records.createExit(work, tag, amount, depositor);
        return Outcomes.DEPOSIT_RETURNED;
    }
}
