// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "./Constants.sol" as C;
import {Holdings} from "./Holdings.sol";
import {load, store, storeWord} from "./Memory.sol";
import {Outcomes} from "./Outcomes.sol";
import {Records} from "./Records.sol";
import {Leaf, Op, Work} from "./Work.sol";

/// @title A constant-product pool's record: creation, accrual, trade.
/// @notice `docs/spec/machine.md`, "The ops". `pool` is the record's memory address.
library Pools {
    /// @dev Memory address of the pool's record, or 0 when the object is none.
    function find(Work work, uint256 object) internal pure returns (uint256 pool) {
        (Leaf leaf, bool ok) = Records.ofKind(work, object, C.RECORD_POOL);
        return ok ? work.record(leaf) : 0;
    }

    /// @dev Holding key of shares of the pool `object`.
    function sharesKey(uint256 object) internal pure returns (uint256) {
        return (C.FACET_SHARES << 28) | object;
    }

    /// @dev Writes the new pool of a createPool op.
    function create(Work work, Op op, bytes32 tag, uint256 shares) internal pure {
        uint256 pool = Records.newObject(work, C.POOL_AT_SIZE);
        store(pool, 1, C.RECORD_POOL);
        store(pool + C.POOL_AT_ASSET0, 4, op.object());
        store(pool + C.POOL_AT_ASSET1, 4, op.object2());
        store(pool + C.POOL_AT_FEE, 3, op.amount3());
        storeWord(pool + C.POOL_AT_TAG, uint256(tag));
        store(pool + C.POOL_AT_RESERVE0, 8, op.amount());
        store(pool + C.POOL_AT_RESERVE1, 8, op.amount2());
        store(pool + C.POOL_AT_TOTAL_SHARES, 8, shares);
        store(pool + C.POOL_AT_LAST_TIME, 8, work.time());
        store(pool + C.POOL_AT_CUMULATIVE0, 24, 0);
        store(pool + C.POOL_AT_CUMULATIVE1, 24, 0);
    }

    function reserves(uint256 pool) internal pure returns (uint256 reserve0, uint256 reserve1) {
        reserve0 = load(pool + C.POOL_AT_RESERVE0, 8);
        reserve1 = load(pool + C.POOL_AT_RESERVE1, 8);
    }

    /// @dev Adds the prices since `lastTime` to the accumulators (rounded down). Reserves are never zero.
    function accrue(Work work, uint256 pool) internal pure {
        uint256 elapsed = work.time() - load(pool + C.POOL_AT_LAST_TIME, 8);
        if (elapsed == 0) return;
        (uint256 reserve0, uint256 reserve1) = reserves(pool);
        _accumulate(pool + C.POOL_AT_CUMULATIVE0, ((reserve1 << 64) / reserve0) * elapsed);
        _accumulate(pool + C.POOL_AT_CUMULATIVE1, ((reserve0 << 64) / reserve1) * elapsed);
        store(pool + C.POOL_AT_LAST_TIME, 8, work.time());
    }

    /// @dev INVARIANT: fits 192 bits, as a price is below 2^128 and all times together below 2^64 seconds.
    function _accumulate(uint256 field, uint256 increment) private pure {
        store(field, 24, load(field, 24) + increment);
    }

    /// @dev Sides of a trade: where the reserve paid into and the one paid out of stand, and the assets.
    struct Sides {
        uint256 reserveInAt;
        uint256 reserveOutAt;
        uint256 assetIn;
        uint256 assetOut;
    }

    /// @dev `zeroForOne`: asset0 goes in, asset1 comes out.
    function sides(uint256 pool, bool zeroForOne) internal pure returns (Sides memory s) {
        s.reserveInAt = pool + C.POOL_AT_RESERVE0;
        s.reserveOutAt = pool + C.POOL_AT_RESERVE1;
        s.assetIn = load(pool + C.POOL_AT_ASSET0, 4);
        s.assetOut = load(pool + C.POOL_AT_ASSET1, 4);
        if (zeroForOne) return s;
        (s.reserveInAt, s.reserveOutAt) = (s.reserveOutAt, s.reserveInAt);
        (s.assetIn, s.assetOut) = (s.assetOut, s.assetIn);
    }

    /// @dev What of the amount paid in counts for the price, in millionths.
    function feeFactor(uint256 pool) internal pure returns (uint256) {
        return C.FEE_DENOMINATOR - load(pool + C.POOL_AT_FEE, 3);
    }

    /// @dev Ends a trade: the pool's limits, then the signer's holdings, then the reserves.
    function trade(Work work, Sides memory s, uint256 paid, uint256 got) internal pure returns (uint8 outcome) {
        uint256 reserveIn = load(s.reserveInAt, 8) + paid;
        if (reserveIn > type(uint64).max) return Outcomes.OVERFLOW;
        Leaf signer = work.signer();
        outcome = Holdings.lower(work, signer, s.assetIn, paid);
        if (outcome != Outcomes.OK) return outcome;
        outcome = Holdings.raise(work, signer, s.assetOut, got, work.ownerSigned());
        if (outcome != Outcomes.OK) return outcome;
        store(s.reserveInAt, 8, reserveIn);
        store(s.reserveOutAt, 8, load(s.reserveOutAt, 8) - got);
    }
}
