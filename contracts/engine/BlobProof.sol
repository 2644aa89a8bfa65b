// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BLOB_ELEMENTS, BLOB_MODULUS, BLOB_ROOT, ELEMENT_BYTES} from "./Constants.sol";
import {read, readWord} from "./Memory.sol";

/// @title The proof that bytes stand in the blobs of an Inbox entry, field element by field element.
/// @notice `docs/spec/witness.md`, item in blobs; EIP-4844, point evaluation.
/// @dev Nothing here checks that the witness is long enough: what is read past its end are zeros, and its parts must end where it ends.
library BlobProof {
    /// @dev The versioned hashes are not those of the entry's blobs.
    error WrongBlobHashes(bytes32 hash, bytes32 given);
    /// @dev Field element `element`, counted over all blobs of the entry, is not proved.
    error WrongElement(uint256 element);

    address private constant POINT_EVALUATION = address(0x0a);
    /// @dev Bytes of a commitment and of a proof.
    uint256 private constant POINT = 48;
    uint256 private constant INDEX_BITS = 12;

    /// @dev Calldata offsets of the parts behind the elements' data.
    struct Parts {
        uint256 tops;
        uint256 proofs;
        uint256 commitments;
        uint256 hashes;
    }

    /// @dev Checks the elements `first … first + count − 1` of an entry of `blobs` blobs, whose data starts at calldata offset
    ///      `data`; `hash` is the entry's. Returns the offset behind the proof. `count` is at least 1.
    ///      SAFETY: the element exists: the Inbox takes no more bytes than the blobs carry, and only elements with such a byte
    ///      come here.
    function check(
        bytes32 hash,
        uint256 blobs,
        uint256 data,
        uint256 first,
        uint256 count
    ) internal view returns (uint256 next) {
        Parts memory parts;
        uint256 firstBlob = first / BLOB_ELEMENTS;
        // Offsets of at most 255 elements and of blobs that an L1 transaction carried.
        unchecked {
            parts.tops = data + count * ELEMENT_BYTES;
            parts.proofs = parts.tops + count;
            parts.commitments = parts.proofs + count * POINT;
            parts.hashes = parts.commitments + ((first + count - 1) / BLOB_ELEMENTS - firstBlob + 1) * POINT;
            next = parts.hashes + (blobs << 5);
            _checkHashes(hash, parts.hashes, blobs << 5);
            for (uint256 i = 0; i < count; ++i) {
                uint256 element = first + i;
                uint256 blob = element / BLOB_ELEMENTS;
                uint256 y = (read(parts.tops + i, 1) << 248) | read(data + i * ELEMENT_BYTES, ELEMENT_BYTES);
                bool proved = _evaluates(
                    readWord(parts.hashes + (blob << 5)),
                    _point(element % BLOB_ELEMENTS),
                    y,
                    parts.commitments + (blob - firstBlob) * POINT,
                    parts.proofs + i * POINT
                );
                if (!proved) revert WrongElement(element);
            }
        }
    }

    function _checkHashes(bytes32 hash, uint256 pos, uint256 size) private pure {
        bytes32 given;
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            calldatacopy(scratch, pos, size)
            given := keccak256(scratch, size)
        }
        if (given != hash) revert WrongBlobHashes(hash, given);
    }

    /// @dev Whether the blob of this versioned hash has the value `y` at `z`; commitment and proof are calldata offsets.
    ///      The precompile fails on anything that is not so, `y` out of the field included, and takes all the gas it was given;
    ///      running out of gas fails too. It is given all there is: a later fork may price it anew.
    function _evaluates(
        uint256 versionedHash,
        uint256 z,
        uint256 y,
        uint256 commitment,
        uint256 proof
    ) private view returns (bool proved) {
        address target = POINT_EVALUATION;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, versionedHash)
            mstore(add(input, 0x20), z)
            mstore(add(input, 0x40), y)
            calldatacopy(add(input, 0x60), commitment, 48)
            calldatacopy(add(input, 0x90), proof, 48)
            proved := staticcall(gas(), target, input, 0xc0, 0, 0)
        }
    }

    /// @dev Where a blob is evaluated for its element `index`: BLOB_ROOT to the power of the index's twelve bits in reverse.
    function _point(uint256 index) private pure returns (uint256 z) {
        z = 1;
        unchecked {
            for (uint256 bit = 0; bit < INDEX_BITS; ++bit) {
                z = mulmod(z, z, BLOB_MODULUS);
                if ((index >> bit) & 1 == 1) z = mulmod(z, BLOB_ROOT, BLOB_MODULUS);
            }
        }
    }
}
