// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {load, loadWord, store, storeWord} from "./Memory.sol";

/// @notice The workspace of one step: everything ops read and change, in one stretch of memory without absolute addresses,
///         so that it can be handed to another contract and taken back as plain bytes.
///
///             header (12 words) ‖ ops (8 words each) ‖ leaf table (1 word each) ‖ records, each with room to grow
///
///         The value is the memory address of the header.
type Work is uint256;

/// @notice One decoded op: memory address of its 8 words. Fields that its verb does not name are zero.
type Op is uint256;

/// @notice One leaf of the witness: memory address of its word in the leaf table: index (40 bits) ‖ offset (32) ‖ size (32).
type Leaf is uint256;

using {
    nextObject,
    setNextObject,
    nextExit,
    setNextExit,
    time,
    setTime,
    fees,
    setFees,
    feeRecipient,
    setFeeRecipient,
    signer,
    setSigner,
    ownerSigned,
    setOwnerSigned,
    created,
    setCreated,
    nextOp,
    setNextOp,
    opCount,
    setOpCount,
    outcome,
    setOutcome,
    leafCount,
    setLeafCount,
    op,
    table,
    leaf,
    record
} for Work global;
using {verb, object, object2, party, amount, amount2, amount3, amount4, setField} for Op global;
using {indexOf, offsetOf, sizeOf, setSize} for Leaf global;

/// @dev The step needs the record at `index` and the witness lacks it.
error MissingLeaf(uint256 index);

/// @dev Bytes of the header.
uint256 constant WORK_HEADER = 0x180;
/// @dev Bytes of one op.
uint256 constant OP_SIZE = 0x100;

/// @dev An address in the workspace. Memory addresses never come near an overflow, so none of these sums is checked.
function _address(Work work, uint256 offset) pure returns (uint256) {
    unchecked {
        return Work.unwrap(work) + offset;
    }
}

/// @dev A workspace behind the allocated memory, with room for its header and eight ops; `StateTree.loadLeaves` allocates the rest.
function openWork() pure returns (Work work) {
    assembly ("memory-safe") {
        work := add(mload(0x40), 0x20)
        mstore(0x40, add(work, 0x980))
    }
}

function _get(Work work, uint256 pos) pure returns (uint256) {
    return loadWord(_address(work, pos));
}

function _set(Work work, uint256 pos, uint256 value) pure {
    storeWord(_address(work, pos), value);
}

/// @dev Index that the next created object gets.
function nextObject(Work work) pure returns (uint256) {
    return _get(work, 0x00);
}

function setNextObject(Work work, uint256 value) pure {
    _set(work, 0x00, value);
}

/// @dev Number that the next created exit gets.
function nextExit(Work work) pure returns (uint256) {
    return _get(work, 0x20);
}

function setNextExit(Work work, uint256 value) pure {
    _set(work, 0x20, value);
}

/// @dev Time of the entry, seconds.
function time(Work work) pure returns (uint256) {
    return _get(work, 0x40);
}

function setTime(Work work, uint256 value) pure {
    _set(work, 0x40, value);
}

/// @dev Fees gathered, gwei.
function fees(Work work) pure returns (uint256) {
    return _get(work, 0x60);
}

function setFees(Work work, uint256 value) pure {
    _set(work, 0x60, value);
}

/// @dev Who may collect the fees.
function feeRecipient(Work work) pure returns (address) {
    return address(uint160(_get(work, 0x80)));
}

function setFeeRecipient(Work work, address value) pure {
    _set(work, 0x80, uint160(value));
}

/// @dev The signing account's leaf.
function signer(Work work) pure returns (Leaf) {
    return Leaf.wrap(_address(work, _get(work, 0xa0)));
}

function setSigner(Work work, Leaf value) pure {
    _set(work, 0xa0, Leaf.unwrap(value) - Work.unwrap(work));
}

/// @dev The signing account's owner wants this: it may take new holdings up to the full count.
function ownerSigned(Work work) pure returns (bool) {
    return _get(work, 0xc0) != 0;
}

function setOwnerSigned(Work work, bool value) pure {
    _set(work, 0xc0, value ? 1 : 0);
}

/// @dev Objects created by this item.
function created(Work work) pure returns (uint256) {
    return _get(work, 0xe0);
}

function setCreated(Work work, uint256 value) pure {
    _set(work, 0xe0, value);
}

/// @dev The op to execute next.
function nextOp(Work work) pure returns (uint256) {
    return _get(work, 0x100);
}

function setNextOp(Work work, uint256 value) pure {
    _set(work, 0x100, value);
}

function opCount(Work work) pure returns (uint256) {
    return _get(work, 0x120);
}

function setOpCount(Work work, uint256 value) pure {
    _set(work, 0x120, value);
}

/// @dev Outcome of the ops so far.
function outcome(Work work) pure returns (uint8) {
    return uint8(_get(work, 0x140));
}

function setOutcome(Work work, uint8 value) pure {
    _set(work, 0x140, value);
}

function leafCount(Work work) pure returns (uint256) {
    return _get(work, 0x160);
}

function setLeafCount(Work work, uint256 value) pure {
    _set(work, 0x160, value);
}

/// @dev Op number `i`.
function op(Work work, uint256 i) pure returns (Op) {
    return Op.wrap(_address(work, WORK_HEADER + i * OP_SIZE));
}

/// @dev Memory address of the leaf table.
function table(Work work) pure returns (uint256) {
    return _address(work, WORK_HEADER + work.opCount() * OP_SIZE);
}

/// @dev The leaf at `index` of the tree.
function leaf(Work work, uint256 index) pure returns (Leaf) {
    unchecked {
        uint256 pos = work.table();
        uint256 end = pos + (work.leafCount() << 5);
        for (; pos < end; pos += 32) {
            if (Leaf.wrap(pos).indexOf() == index) return Leaf.wrap(pos);
        }
    }
    revert MissingLeaf(index);
}

/// @dev Memory address of a leaf's record.
function record(Work work, Leaf which) pure returns (uint256) {
    return _address(work, which.offsetOf());
}

function verb(Op which) pure returns (uint256) {
    return loadWord(Op.unwrap(which));
}

function object(Op which) pure returns (uint256) {
    return loadWord(Op.unwrap(which) + 0x20);
}

function object2(Op which) pure returns (uint256) {
    return loadWord(Op.unwrap(which) + 0x40);
}

function party(Op which) pure returns (address) {
    return address(uint160(loadWord(Op.unwrap(which) + 0x60)));
}

function amount(Op which) pure returns (uint256) {
    return loadWord(Op.unwrap(which) + 0x80);
}

function amount2(Op which) pure returns (uint256) {
    return loadWord(Op.unwrap(which) + 0xa0);
}

function amount3(Op which) pure returns (uint256) {
    return loadWord(Op.unwrap(which) + 0xc0);
}

function amount4(Op which) pure returns (uint256) {
    return loadWord(Op.unwrap(which) + 0xe0);
}

/// @dev Sets word `i` of an op: 0 = verb, then the fields in the order of the wire.
function setField(Op which, uint256 i, uint256 value) pure {
    storeWord(Op.unwrap(which) + (i << 5), value);
}

function indexOf(Leaf which) pure returns (uint256) {
    return loadWord(Leaf.unwrap(which)) >> 64;
}

/// @dev Where its record starts, bytes from the start of the workspace.
function offsetOf(Leaf which) pure returns (uint256) {
    return load(Leaf.unwrap(which), 28) & 0xffffffff;
}

/// @dev Bytes of its record; 0 while it does not exist.
function sizeOf(Leaf which) pure returns (uint256) {
    return loadWord(Leaf.unwrap(which)) & 0xffffffff;
}

function setSize(Leaf which, uint256 size) pure {
    store(Leaf.unwrap(which) + 28, 4, size);
}
