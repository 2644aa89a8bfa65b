// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import "../Constants.sol" as C;
import {Holdings} from "../Holdings.sol";
import {Outcomes} from "../Outcomes.sol";
import {Pools} from "../Pools.sol";
import {Records} from "../Records.sol";
import {Leaf, Op, Work} from "../Work.sol";

library CreatePool {
    /// @dev object, object2 = assets, amount, amount2 = first reserves, amount3 = fee (pips), amount4 = salt.
    ///      Rounding: shares are the floor of the root; the first LOCKED_SHARES belong to nobody.
    function createPool(Work work, Op op) internal pure returns (uint8 outcome) {
        (Leaf asset0, bool ok) = Records.ofKind(work, op.object(), C.RECORD_ASSET);
        if (!ok) return Outcomes.WRONG_KIND;
        Leaf asset1;
        (asset1, ok) = Records.ofKind(work, op.object2(), C.RECORD_ASSET);
        if (!ok) return Outcomes.WRONG_KIND;
        if (op.object() >= op.object2()) return Outcomes.BAD_PAIR;
        if (op.amount3() > C.MAX_POOL_FEE) return Outcomes.BAD_POOL_FEE;
        if (op.amount() == 0 || op.amount2() == 0) return Outcomes.ZERO_AMOUNT;
        uint256 shares = Math.sqrt(op.amount() * op.amount2());
        if (shares <= C.LOCKED_SHARES) return Outcomes.INSUFFICIENT_LIQUIDITY;
        Leaf signer = work.signer();
        outcome = Holdings.lower(work, signer, op.object(), op.amount());
        if (outcome != Outcomes.OK) return outcome;
        outcome = Holdings.lower(work, signer, op.object2(), op.amount2());
        if (outcome != Outcomes.OK) return outcome;
        if (Records.objectsFull(work)) return Outcomes.OBJECTS_FULL;
        uint256 pool = work.nextObject();
        Pools.create(work, op, _tag(work, op, asset0, asset1), shares);
        uint256 minted = shares - C.LOCKED_SHARES;
        return Holdings.raise(work, signer, Pools.sharesKey(pool), minted, work.ownerSigned());
    }

    function _tag(Work work, Op op, Leaf asset0, Leaf asset1) private pure returns (bytes32) {
        bytes32 tag0 = Records.tag(work, asset0);
        bytes32 tag1 = Records.tag(work, asset1);
        address creator = Records.owner(work, work.signer());
        return keccak256(abi.encode(C.RECORD_POOL, tag0, tag1, op.amount3(), creator, op.amount4()));
    }
}
