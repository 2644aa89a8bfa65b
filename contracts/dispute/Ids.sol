// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClaimHead, ClaimId, Path} from "../interfaces/IClaims.sol";
import {Machine} from "../interfaces/IStepVerifier.sol";

/// @notice A line's key: `keccak256(abi.encode(claimId, owner))`.
type LineId is bytes32;

/// @notice The key of a trace, and of the picked segment that leads to it: `keccak256(abi.encode(lineId, path))`.
type TraceId is bytes32;

/// @title Keys and hashes of the game: all from content.
library Ids {
    function claim(ClaimHead memory head) internal pure returns (ClaimId) {
        return ClaimId.wrap(keccak256(abi.encode(head)));
    }

    function line(ClaimId id, address owner) internal pure returns (LineId) {
        return LineId.wrap(keccak256(abi.encode(id, owner)));
    }

    function trace(LineId id, Path path) internal pure returns (TraceId) {
        return TraceId.wrap(keccak256(abi.encode(id, path)));
    }

    function machine(Machine memory value) internal pure returns (bytes32) {
        return keccak256(abi.encode(value));
    }

    /// @notice What the store keeps of a trace.
    function opened(bytes32 start, bytes32 root) internal pure returns (bytes32) {
        return keccak256(abi.encode(start, root));
    }
}

/// @title A path's numbers, 16 bits each; a claim of L ≤ 3 levels has traces at lengths 0, 1 and 2.
library Paths {
    /// @notice How many picks lead there.
    function length(Path path) internal pure returns (uint256) {
        uint32 bits = Path.unwrap(path);
        return
            bits == 0
                ? 0
                : bits < 1 << 16
                    ? 1
                    : 2;
    }

    /// @notice The trace that cuts segment `j` of the trace at `path`.
    /// @dev SAFETY: callers check `length(path) ≤ 1` and `1 ≤ j ≤ 1,024`, so nothing is shifted out.
    function child(Path path, uint256 j) internal pure returns (Path) {
        return Path.wrap(uint32((uint256(Path.unwrap(path)) << 16) | j));
    }

    /// @notice The path without its last pick.
    function parent(Path path) internal pure returns (Path) {
        return Path.wrap(Path.unwrap(path) >> 16);
    }

    /// @notice The last pick, 0 at the root.
    function last(Path path) internal pure returns (uint256) {
        return uint16(Path.unwrap(path));
    }
}
