// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "./Constants.sol" as C;
import {Envelope} from "./Codec.sol";
import {Records} from "./Records.sol";
import {loadWord, readWord} from "./Memory.sol";
import {Op, Work} from "./Work.sol";

/// @title What a user signs: EIP-712 hashes and signer recovery.
/// @notice `docs/spec/digest.md`. Tags are read from the workspace.
library Digest {
    bytes32 private constant DOMAIN_TYPE = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant OP_TYPE = keccak256(
        "Op(string verb,uint32 object,bytes32 tag,uint32 object2,bytes32 tag2,address party,uint64 amount,uint64 amount2,uint64 amount3,uint64 amount4)"
    );
    bytes32 private constant ENVELOPE_TYPE = keccak256(
        "Envelope(uint32 account,address owner,uint64 nonce,uint64 validUntil,uint64 fee,Op[] ops)Op(string verb,uint32 object,bytes32 tag,uint32 object2,bytes32 tag2,address party,uint64 amount,uint64 amount2,uint64 amount3,uint64 amount4)"
    );

    /// @dev Order of secp256k1, and the highest `s` that is accepted (EIP-2).
    uint256 private constant N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    uint256 private constant HALF_N = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @dev The deployment's domain: this chain and its Inbox.
    function domainSeparator(address inbox) internal view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPE, keccak256("Lakh"), keccak256("1"), block.chainid, inbox));
    }

    /// @dev What is signed for an envelope of an account of `owner`.
    function digest(
        bytes32 domain,
        Envelope memory envelope,
        address owner,
        Work work
    ) internal pure returns (bytes32) {
        bytes32 structHash = keccak256(
            abi.encode(
                ENVELOPE_TYPE,
                envelope.account,
                owner,
                envelope.nonce,
                envelope.validUntil,
                envelope.fee,
                opsHash(work)
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    /// @dev Hash of the op list: of the concatenated struct hashes.
    function opsHash(Work work) internal pure returns (bytes32) {
        bytes memory verbHashes = C.VERB_HASHES;
        uint256 count = work.opCount();
        bytes32[] memory hashes = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            Op op = work.op(i);
            // Verbs start at 1, so the address of the bytes' length word plus 32 · verb is the verb's hash.
            uint256 verbHash;
            assembly ("memory-safe") {
                verbHash := verbHashes
            }
            verbHash = loadWord(verbHash + (op.verb() << 5));
            hashes[i] = keccak256(
                abi.encode(
                    OP_TYPE,
                    verbHash,
                    op.object(),
                    _tag(work, op.object()),
                    op.object2(),
                    _tag(work, op.object2()),
                    op.party(),
                    op.amount(),
                    op.amount2(),
                    op.amount3(),
                    op.amount4()
                )
            );
        }
        return keccak256(abi.encodePacked(hashes));
    }

    /// @dev Who signed `hash`, the 64 bytes of the signature at calldata offset `pos`; zero when nobody did validly.
    function recover(bytes32 hash, uint256 pos) internal pure returns (address) {
        uint256 r = readWord(pos);
        uint256 vs = readWord(pos + 32);
        uint256 s = (vs << 1) >> 1;
        if (r == 0 || r >= N || s == 0 || s > HALF_N) return address(0);
        return ecrecover(hash, uint8(27 + (vs >> 255)), bytes32(r), bytes32(s));
    }

    function _tag(Work work, uint256 object) private pure returns (bytes32) {
        return object == 0 ? bytes32(0) : Records.tag(work, work.leaf(object));
    }
}
