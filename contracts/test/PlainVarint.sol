// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Codec} from "../engine/Codec.sol";

/// @title The varint in plain Solidity, as the specification says it, and the real one to compare it with.
contract PlainVarint {
    /// @notice Value and size of the varint that `data` starts with; size 0 when there is none.
    /// @param trailer bytes that follow in the calldata: they must not be read
    function fast(bytes calldata data, bytes calldata trailer) external pure returns (uint256 value, uint256 size) {
        trailer;
        uint256 start;
        assembly ("memory-safe") {
            start := data.offset
        }
        uint256 next;
        (value, next) = Codec.varint(start, start + data.length);
        size = next == Codec.BAD ? 0 : next - start;
    }

    /// @notice The same, byte by byte.
    function plain(bytes calldata data) external pure returns (uint256 value, uint256 size) {
        if (data.length == 0) return (0, 0);
        uint8 first = uint8(data[0]);
        uint256 ones = 0;
        while (ones < 8 && first & (0x80 >> ones) != 0) ones++;
        if (data.length < ones + 1) return (0, 0);
        value = ones < 7 ? first & (0x7f >> ones) : 0;
        for (uint256 i = 1; i <= ones; i++) value = (value << 8) | uint8(data[i]);
        if (ones > 0 && value < 1 << (7 * ones)) return (0, 0);
        return (value, ones + 1);
    }
}
