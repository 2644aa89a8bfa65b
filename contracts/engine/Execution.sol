// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "./Constants.sol" as C;
import {Envelope} from "./Codec.sol";
import {Digest} from "./Digest.sol";
import {Holdings} from "./Holdings.sol";
import {load, readWord} from "./Memory.sol";
import {Nonces} from "./Nonces.sol";
import {Outcomes} from "./Outcomes.sol";
import {Records} from "./Records.sol";
import {Sessions} from "./Sessions.sol";
import {Leaf, Op, Work} from "./Work.sol";

/// @title What stands before and after the ops of an envelope or a call.
/// @notice `docs/spec/machine.md`, "Executing an envelope" and "Executing a call". The first check that fails gives the outcome.
library Execution {
    /// @dev Checks 2 to 7 of an envelope: who signed it, and may they.
    function beginEnvelope(Work work, Envelope memory envelope, bytes32 domain) internal pure returns (uint8 outcome) {
        outcome = _resolve(work, envelope.account);
        if (outcome != Outcomes.OK) return outcome;
        if (envelope.validUntil != 0 && work.time() > envelope.validUntil) return Outcomes.EXPIRED;
        uint256 account = work.record(work.signer());
        outcome = Nonces.check(account, envelope.nonce);
        if (outcome != Outcomes.OK) return outcome;
        outcome = _authorize(work, envelope, domain, account);
        if (outcome != Outcomes.OK) return outcome;
        Nonces.use(account, envelope.nonce);
        return Outcomes.OK;
    }

    /// @dev Checks 2 to 5 of a call: the caller owns the account, and the objects are those it meant.
    function beginCall(Work work, Envelope memory call, address caller) internal pure returns (uint8 outcome) {
        outcome = _resolve(work, call.account);
        if (outcome != Outcomes.OK) return outcome;
        if (Records.owner(work, work.signer()) != caller) return Outcomes.CALLER_MISMATCH;
        if (Digest.opsHash(work) != bytes32(readWord(call.tail))) return Outcomes.OPS_HASH_MISMATCH;
        work.setOwnerSigned(true);
        return Outcomes.OK;
    }

    /// @dev Takes the fees after the ops.
    function payFees(Work work, uint256 fee) internal pure returns (uint8) {
        uint256 total = fee + C.OBJECT_FEE * work.created();
        if (Holdings.lower(work, work.signer(), C.ETH_ASSET, total) != Outcomes.OK) return Outcomes.INSUFFICIENT_FEE;
        uint256 fees = work.fees() + total;
        if (fees > type(uint64).max) return Outcomes.OVERFLOW;
        work.setFees(fees);
        return Outcomes.OK;
    }

    /// @dev The account signs, and all objects of the ops exist.
    function _resolve(Work work, uint256 account) private pure returns (uint8) {
        uint256 limit = work.nextObject();
        if (account >= limit) return Outcomes.NO_ACCOUNT;
        (Leaf leaf, bool ok) = Records.ofKind(work, account, C.RECORD_ACCOUNT);
        if (!ok) return Outcomes.NO_ACCOUNT;
        work.setSigner(leaf);
        uint256 count = work.opCount();
        for (uint256 i = 0; i < count; ++i) {
            Op op = work.op(i);
            if (op.object() >= limit || op.object2() >= limit) return Outcomes.NO_OBJECT;
        }
        return Outcomes.OK;
    }

    function _authorize(
        Work work,
        Envelope memory envelope,
        bytes32 domain,
        uint256 account
    ) private pure returns (uint8) {
        if (load(account + C.ACCOUNT_AT_SIGNER_KIND, 1) != C.SIGNER_SECP256K1) return Outcomes.BAD_SIGNATURE;
        address owner = Records.owner(work, work.signer());
        address by = Digest.recover(Digest.digest(domain, envelope, owner, work), envelope.tail);
        if (by == address(0)) return Outcomes.BAD_SIGNATURE;
        if (by == owner) {
            work.setOwnerSigned(true);
            return Outcomes.OK;
        }
        return Sessions.authorize(work, account, by, envelope.fee);
    }
}
