// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev The word at memory address `pos`.
function loadWord(uint256 pos) pure returns (uint256 value) {
    assembly ("memory-safe") {
        value := mload(pos)
    }
}

/// @dev Writes a word at memory address `pos`.
function storeWord(uint256 pos, uint256 value) pure {
    assembly ("memory-safe") {
        mstore(pos, value)
    }
}

/// @dev The `size` bytes (1–32) at memory address `pos`, as a big-endian integer.
function load(uint256 pos, uint256 size) pure returns (uint256 value) {
    assembly ("memory-safe") {
        value := shr(sub(256, shl(3, size)), mload(pos))
    }
}

/// @dev Writes `value` as `size` bytes (1–32), big-endian, at memory address `pos`; the bytes behind them stay.
///      SAFETY: `value` must fit `size` bytes, else it spills into nothing: its high bits are lost.
function store(uint256 pos, uint256 size, uint256 value) pure {
    assembly ("memory-safe") {
        let shift := sub(256, shl(3, size))
        let rest := and(mload(pos), sub(shl(shift, 1), 1))
        mstore(pos, or(shl(shift, value), rest))
    }
}

/// @dev Moves `size` bytes in memory; the stretches may overlap.
function move(uint256 to, uint256 from, uint256 size) pure {
    assembly ("memory-safe") {
        mcopy(to, from, size)
    }
}

/// @dev The word at calldata offset `pos`; zeros past the end of the calldata.
function readWord(uint256 pos) pure returns (uint256 value) {
    assembly ("memory-safe") {
        value := calldataload(pos)
    }
}

/// @dev The `size` bytes (1–32) at calldata offset `pos`, as a big-endian integer; zeros past the end of the calldata.
function read(uint256 pos, uint256 size) pure returns (uint256 value) {
    assembly ("memory-safe") {
        value := shr(sub(256, shl(3, size)), calldataload(pos))
    }
}

/// @dev keccak256 of `size` bytes of memory.
function hashOf(uint256 pos, uint256 size) pure returns (bytes32 hash) {
    assembly ("memory-safe") {
        hash := keccak256(pos, size)
    }
}

/// @dev keccak256 of two words.
function hashPair(bytes32 left, bytes32 right) pure returns (bytes32 hash) {
    assembly ("memory-safe") {
        mstore(0x00, left)
        mstore(0x20, right)
        hash := keccak256(0x00, 0x40)
    }
}

/// @dev Leading zero bits of a word; 256 of zero. (EIP-7939)
function leadingZeros(uint256 word) pure returns (uint256 count) {
    assembly ("memory-safe") {
        count := clz(word)
    }
}
