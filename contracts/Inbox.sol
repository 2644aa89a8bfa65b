// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    BLOB_ELEMENTS,
    ELEMENT_BYTES,
    ENTRY_BLOBS,
    ENTRY_CALLDATA,
    ENTRY_QUEUE,
    MAX_BATCH,
    MAX_BLOB_BATCH,
    MAX_ITEM,
    QUEUE_CALL,
    QUEUE_DEPOSIT,
    QUEUE_FORCED,
    QUEUE_LISTING
} from "./engine/Constants.sol";
import {EntryHeader, IInbox, InboxParams} from "./interfaces/IInbox.sol";
import {IInboxReader} from "./interfaces/IInboxReader.sol";
import {ChunkTree} from "./lib/ChunkTree.sol";

/// @dev All counters and times in one slot. Every width holds what L1 can ever produce: 2^56 items of 21,000 gas, years in 2^40 s.
struct InboxState {
    uint64 length;
    uint40 lastTime;
    uint40 lastBatcherTime;
    uint56 included;
    uint56 queueLength;
}

/// @title The one order of everything.
/// @dev Makes no external call. `docs/spec/inbox.md` is the rule book, {IInbox} the documentation.
contract Inbox is IInbox {
    /// @dev Where every ABI encoder puts the bytes of `appendBatch(bytes32,uint64,bytes)`: selector, three words, length.
    uint256 private constant _DATA_OFFSET = 132;
    uint256 private constant _BLOB_CAPACITY = BLOB_ELEMENTS * ELEMENT_BYTES;
    uint256 private constant _MAX_FORCED = MAX_ITEM - 1;
    uint256 private constant _MAX_CALL = MAX_ITEM - 21;
    uint256 private constant _HASH_BITS = 216;
    uint256 private constant _HASH_MASK = (1 << _HASH_BITS) - 1;

    /// @inheritdoc IInbox
    address public immutable BRIDGE;
    address private immutable _BATCHER;
    uint32 private immutable _FORCE_DELAY;
    uint32 private immutable _MAX_TIME_DRIFT;
    uint32 private immutable _SEQUENCER_SILENCE;

    InboxState private _state;

    /// @inheritdoc IInboxReader
    mapping(uint64 entry => bytes32 before) public acc;

    /// @dev Item i: its time in the high 40 bits, the hash chain behind it in the low 216.
    mapping(uint256 index => uint256 timeAndHash) private _queue;

    /// @param rules the deployment's rules
    constructor(InboxParams memory rules) {
        require(rules.batcher != address(0), BadParameter("batcher"));
        require(rules.bridge != address(0), BadParameter("bridge"));
        require(rules.forceDelay != 0, BadParameter("forceDelay"));
        require(rules.maxTimeDrift != 0, BadParameter("maxTimeDrift"));
        require(rules.sequencerSilence != 0, BadParameter("sequencerSilence"));
        BRIDGE = rules.bridge;
        _BATCHER = rules.batcher;
        _FORCE_DELAY = rules.forceDelay;
        _MAX_TIME_DRIFT = rules.maxTimeDrift;
        _SEQUENCER_SILENCE = rules.sequencerSilence;
        _state.lastBatcherTime = uint40(block.timestamp);
    }

    // ───────────────────────────── entries ─────────────────────────────

    /// @inheritdoc IInbox
    function appendBatch(bytes32 expectedAcc, uint64 time, bytes calldata data) external {
        // SAFETY: with both conditions the transaction itself is this call, so that its input is where derivation reads the
        // data. Without the second, code that an account delegates to (EIP-7702) could make the call from inside.
        // solhint-disable-next-line avoid-tx-origin
        require(msg.sender == tx.origin && msg.sender.code.length == 0, NotPlainAccount(msg.sender, tx.origin));
        uint256 offset;
        assembly ("memory-safe") {
            offset := data.offset
        }
        require(offset == _DATA_OFFSET, NotCanonicalInput(offset, _DATA_OFFSET));

        InboxState memory state = _authorised(expectedAcc);
        _requireNoneOverdue(state);
        require(data.length != 0, EmptyBatch());
        require(data.length <= MAX_BATCH, BatchTooLong(data.length, MAX_BATCH));
        _requireTime(state, time);
        _append(state, EntryHeader(uint8(ENTRY_CALLDATA), time, uint64(data.length), 0, ChunkTree.root(data)));
    }

    /// @inheritdoc IInbox
    function appendBlobs(bytes32 expectedAcc, uint64 time, uint64 size) external {
        InboxState memory state = _authorised(expectedAcc);
        _requireNoneOverdue(state);
        require(size != 0, EmptyBatch());
        require(size <= MAX_BLOB_BATCH, BatchTooLong(size, MAX_BLOB_BATCH));
        uint64 blobs = uint64((size + _BLOB_CAPACITY - 1) / _BLOB_CAPACITY); // fits: at most MAX_BLOBS
        bytes32 hash = _blobsHash(blobs);
        _requireTime(state, time);
        _append(state, EntryHeader(uint8(ENTRY_BLOBS), time, size, blobs, hash));
    }

    /// @inheritdoc IInbox
    function appendQueue(bytes32 expectedAcc, uint64 time, uint64 to) external {
        InboxState memory state = _authorised(expectedAcc);
        _requireSlice(state, to);
        _requireTime(state, time);
        _appendSlice(state, time, to);
    }

    /// @inheritdoc IInbox
    function includeQueue(uint64 to) external {
        InboxState memory state = _state;
        _requireSlice(state, to);
        // Times never go back along the queue: if the last is overdue, all are.
        uint256 due = _timeOf(to - 1) + _FORCE_DELAY;
        require(block.timestamp > due, NotOverdue(to - 1, due));
        uint256 least = _leastTime();
        _appendSlice(state, least > state.lastTime ? uint64(least) : state.lastTime, to);
    }

    // ───────────────────────────── queue ─────────────────────────────

    /// @inheritdoc IInbox
    function enqueueForced(bytes calldata envelope) external returns (uint64 index) {
        _requireItemSize(envelope.length, _MAX_FORCED);
        return _enqueue(abi.encodePacked(uint8(QUEUE_FORCED), envelope));
    }

    /// @inheritdoc IInbox
    function enqueueCall(bytes calldata body) external returns (uint64 index) {
        _requireItemSize(body.length, _MAX_CALL);
        return _enqueue(abi.encodePacked(uint8(QUEUE_CALL), msg.sender, body));
    }

    /// @inheritdoc IInbox
    function enqueueDeposit(
        address token,
        uint8 shift,
        uint32 asset,
        uint32 account,
        address owner,
        address depositor,
        uint64 amount
    ) external returns (uint64 index) {
        _requireBridge();
        return _enqueue(abi.encodePacked(uint8(QUEUE_DEPOSIT), token, shift, asset, account, owner, depositor, amount));
    }

    /// @inheritdoc IInbox
    function enqueueListing(address token, uint8 shift) external returns (uint64 index) {
        _requireBridge();
        return _enqueue(abi.encodePacked(uint8(QUEUE_LISTING), token, shift));
    }

    // ───────────────────────────── views ─────────────────────────────

    /// @inheritdoc IInbox
    function params() external view returns (InboxParams memory) {
        return InboxParams(_BATCHER, BRIDGE, _FORCE_DELAY, _MAX_TIME_DRIFT, _SEQUENCER_SILENCE);
    }

    /// @inheritdoc IInboxReader
    function length() external view returns (uint64) {
        return _state.length;
    }

    /// @inheritdoc IInboxReader
    function queueHash(uint64 index) external view returns (uint256) {
        require(index <= _state.queueLength, NoQueueItem(index, _state.queueLength));
        return _hashBefore(index);
    }

    /// @inheritdoc IInbox
    function queueLength() external view returns (uint64) {
        return _state.queueLength;
    }

    /// @inheritdoc IInbox
    function included() external view returns (uint64) {
        return _state.included;
    }

    /// @inheritdoc IInbox
    function queueTime(uint64 index) external view returns (uint64) {
        require(index < _state.queueLength, NoQueueItem(index, _state.queueLength));
        return uint64(_timeOf(index));
    }

    /// @inheritdoc IInbox
    function oldestPendingTime() external view returns (uint64) {
        InboxState memory state = _state;
        return state.included == state.queueLength ? 0 : uint64(_timeOf(state.included));
    }

    /// @inheritdoc IInbox
    function lastTime() external view returns (uint64) {
        return _state.lastTime;
    }

    /// @inheritdoc IInbox
    function lastBatcherTime() external view returns (uint64) {
        return _state.lastBatcherTime;
    }

    // ───────────────────────────── inside ─────────────────────────────

    /// @dev The state, once the caller may append to `expectedAcc`. The batcher's clock starts anew, in memory.
    function _authorised(bytes32 expectedAcc) private view returns (InboxState memory state) {
        state = _state;
        if (msg.sender == _BATCHER) {
            state.lastBatcherTime = uint40(block.timestamp);
        } else {
            uint256 opens = uint256(state.lastBatcherTime) + _SEQUENCER_SILENCE;
            require(block.timestamp >= opens, NotBatcher(msg.sender, opens));
        }
        bytes32 actual = acc[state.length];
        require(actual == expectedAcc, AccMismatch(expectedAcc, actual));
    }

    /// @dev The hash of the transaction's first `count` versioned hashes.
    function _blobsHash(uint256 count) private view returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            hashes[i] = blobhash(i);
            require(hashes[i] != 0, NoBlob(i, count));
        }
        return keccak256(abi.encodePacked(hashes));
    }

    function _appendSlice(InboxState memory state, uint64 time, uint64 to) private {
        uint64 from = state.included;
        state.included = uint56(to); // fits: at most queueLength
        _append(state, EntryHeader(uint8(ENTRY_QUEUE), time, from, to, bytes32(_hashBefore(to))));
    }

    function _append(InboxState memory state, EntryHeader memory header) private {
        uint64 entry = state.length;
        bytes32 accBefore = acc[entry];
        bytes32 accAfter = keccak256(abi.encode(accBefore, keccak256(abi.encode(header))));
        state.length = entry + 1;
        state.lastTime = uint40(header.time); // fits: at most block.timestamp
        _state = state;
        acc[entry + 1] = accAfter;
        emit EntryAppended(entry, accBefore, header, accAfter);
    }

    function _enqueue(bytes memory item) private returns (uint64 index) {
        InboxState memory state = _state;
        index = state.queueLength;
        uint256 chained = uint256(keccak256(abi.encode(_hashBefore(index), keccak256(item)))) & _HASH_MASK;
        _queue[index] = (block.timestamp << _HASH_BITS) | chained;
        _state.queueLength = uint56(index + 1);
        emit QueueItem(index, uint40(block.timestamp), item);
    }

    function _requireSlice(InboxState memory state, uint64 to) private pure {
        require(to > state.included, EmptySlice(state.included, to));
        require(to <= state.queueLength, SlicePastQueue(to, state.queueLength));
    }

    function _requireTime(InboxState memory state, uint64 time) private view {
        require(time >= state.lastTime, TimeBackwards(time, state.lastTime));
        require(time <= block.timestamp, TimeAhead(time, block.timestamp));
        require(time >= _leastTime(), TimeLags(time, _leastTime()));
    }

    function _requireNoneOverdue(InboxState memory state) private view {
        if (state.included == state.queueLength) return;
        uint256 oldest = _timeOf(state.included);
        require(block.timestamp <= oldest + _FORCE_DELAY, QueueOverdue(state.included, uint64(oldest)));
    }

    function _requireBridge() private view {
        require(msg.sender == BRIDGE, NotBridge(msg.sender));
    }

    function _requireItemSize(uint256 size, uint256 most) private pure {
        require(size != 0, EmptyItem());
        require(size <= most, ItemTooLong(size, most));
    }

    /// @dev Earliest time that an entry of this block may have, seconds.
    function _leastTime() private view returns (uint256) {
        return block.timestamp > _MAX_TIME_DRIFT ? block.timestamp - _MAX_TIME_DRIFT : 0;
    }

    /// @dev When an item that exists was enqueued, seconds.
    function _timeOf(uint256 index) private view returns (uint256) {
        return _queue[index] >> _HASH_BITS;
    }

    /// @dev The hash chain before item `index`, which is at most the queue's length.
    function _hashBefore(uint256 index) private view returns (uint256) {
        return index == 0 ? 0 : _queue[index - 1] & _HASH_MASK;
    }
}
