// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInboxReader} from "./IInboxReader.sol";

/// @notice What the accumulator commits to for one entry: `entryHash = keccak256(abi.encode(header))`.
struct EntryHeader {
    /// `ENTRY_CALLDATA`, `ENTRY_BLOBS` or `ENTRY_QUEUE`.
    uint8 kind;
    /// Time at which the entry's items execute, seconds.
    uint64 time;
    /// Batch: its size in bytes. Slice: index of its first queue item.
    uint64 a;
    /// Batch: number of its blobs, 0 as calldata. Slice: index behind its last queue item.
    uint64 b;
    /// Batch: `dataHash`, or the hash of its blobs' versioned hashes. Slice: `queueHash(b)`.
    bytes32 hash;
}

/// @notice A deployment's rules, fixed at construction.
struct InboxParams {
    /// Who appends.
    address batcher;
    /// Who enqueues deposits and listings; its address is predicted from the deployer's nonce, as it is deployed later.
    address bridge;
    /// Seconds that a queue item may wait before batches stop and anyone may include it.
    uint32 forceDelay;
    /// Most seconds that an entry's time may lag the block's.
    uint32 maxTimeDrift;
    /// Seconds without an append of the batcher after which anyone may append.
    uint32 sequencerSilence;
}

/// @title The one order of everything.
/// @notice Entries: batches of the sequencer and slices of the L1 queue, `docs/spec/inbox.md`. No owner, no proxy.
///         An index in an event is unique in one L1 history; after an L1 reorg it may name something else, the accumulator may not.
interface IInbox is IInboxReader {
    // ───────────────────────────── events ─────────────────────────────

    /// @notice Entry `entry` was appended. `acc` = `keccak256(abi.encode(accBefore, keccak256(abi.encode(header))))`.
    ///         The data of a calldata batch is the transaction's input: bytes 132 to 132 + `header.a`; that of a batch in blobs is
    ///         in the transaction's first `header.b` blobs.
    event EntryAppended(uint64 indexed entry, bytes32 indexed accBefore, EntryHeader header, bytes32 acc);

    /// @notice Queue item `index` was enqueued at `time` (seconds). `item` is the whole item, its kind first.
    event QueueItem(uint64 indexed index, uint40 time, bytes item);

    // ───────────────────────────── errors ─────────────────────────────

    /// @notice A constructor parameter is out of range.
    error BadParameter(string name);
    /// @notice Only the batcher appends before `opens` (seconds): the silence rule is not met.
    error NotBatcher(address sender, uint256 opens);
    /// @notice A batch must come from an account without code, as the transaction itself.
    error NotPlainAccount(address sender, address origin);
    /// @notice The batch's bytes must start at byte `due` of the transaction's input, as every ABI encoder puts them.
    error NotCanonicalInput(uint256 offset, uint256 due);
    /// @notice The accumulator is not the expected one: somebody else appended, this was sent before, or L1 reorganised.
    error AccMismatch(bytes32 expected, bytes32 actual);
    /// @notice Queue item `index` waits since `time`, longer than `forceDelay`: include it first.
    error QueueOverdue(uint64 index, uint64 time);
    /// @notice Queue item `index` is not overdue before `due` (seconds) has passed.
    error NotOverdue(uint64 index, uint256 due);
    /// @notice A batch has at least one byte.
    error EmptyBatch();
    /// @notice The transaction has no blob number `index` (from 0); the batch needs `needed`.
    error NoBlob(uint256 index, uint256 needed);
    /// @notice The batch is longer than `most` bytes.
    error BatchTooLong(uint256 size, uint256 most);
    /// @notice The slice has no items: `to` is not past `from`.
    error EmptySlice(uint64 from, uint64 to);
    /// @notice The slice goes past the queue's end.
    error SlicePastQueue(uint64 to, uint64 queueLength);
    /// @notice The entry's time is before the last entry's.
    error TimeBackwards(uint64 time, uint64 last);
    /// @notice The entry's time is past the block's.
    error TimeAhead(uint64 time, uint256 nowSeconds);
    /// @notice The entry's time lags the block's by more than `maxTimeDrift`; `least` is the earliest allowed.
    error TimeLags(uint64 time, uint256 least);
    /// @notice Only the Bridge enqueues deposits and listings.
    error NotBridge(address sender);
    /// @notice An item carries at least one byte behind its kind.
    error EmptyItem();
    /// @notice The item's bytes are more than `most`.
    error ItemTooLong(uint256 size, uint256 most);
    /// @notice There is no such queue item, or no such place in the hash chain.
    error NoQueueItem(uint64 index, uint64 queueLength);

    // ───────────────────────────── entries ─────────────────────────────

    /// @notice Appends a calldata batch. By the batcher, or by anyone once it has been silent; from an account without code, as
    ///         the transaction itself. Reverts while a queue item is overdue.
    /// @param expectedAcc the accumulator it stands on
    /// @param time the entry's time, seconds: not before {lastTime}, not past the block's, not lagging it too much
    /// @param data 1 … MAX_BATCH bytes of items behind their lengths; any bytes are taken
    function appendBatch(bytes32 expectedAcc, uint64 time, bytes calldata data) external;

    /// @notice Appends a batch whose bytes are in the transaction's first blobs, as few as hold them: 31 bytes a field element,
    ///         whose top byte is ignored. By the batcher, or by anyone once it has been silent. Reverts while a queue item is overdue.
    /// @param expectedAcc the accumulator it stands on
    /// @param time the entry's time, as in {appendBatch}
    /// @param size bytes of the batch, 1 … MAX_BLOB_BATCH
    function appendBlobs(bytes32 expectedAcc, uint64 time, uint64 size) external;

    /// @notice Appends the queue items {included} … `to − 1` as one entry. By the batcher, or by anyone once it has been silent.
    /// @param expectedAcc the accumulator it stands on
    /// @param time the entry's time, as in {appendBatch}
    /// @param to behind the last item, at most {queueLength}
    function appendQueue(bytes32 expectedAcc, uint64 time, uint64 to) external;

    /// @notice Appends the queue items {included} … `to − 1`, all overdue, as one entry. Open to anyone.
    ///         Its time is the earliest allowed: `max(lastTime, block.timestamp − maxTimeDrift)`.
    /// @param to behind the last item
    function includeQueue(uint64 to) external;

    // ───────────────────────────── queue ─────────────────────────────

    /// @notice Enqueues an envelope that the sequencer may not want. Open to anyone; its signature speaks for it.
    /// @param envelope 1 … MAX_ITEM − 1 bytes; any bytes are taken
    /// @return index of the queue item
    function enqueueForced(bytes calldata envelope) external returns (uint64 index);

    /// @notice Enqueues a call of the account whose owner is `msg.sender`: for contract wallets.
    /// @param body 1 … MAX_ITEM − 21 bytes; any bytes are taken
    /// @return index of the queue item
    function enqueueCall(bytes calldata body) external returns (uint64 index);

    /// @notice Enqueues a deposit. Only the Bridge.
    /// @param token the L1 token, zero for ETH
    /// @param shift one L2 unit is 10^shift of the token's smallest units
    /// @param asset L2 object index of the asset, as the depositor says
    /// @param account L2 account to credit; 0: a new one of `owner`
    /// @param owner of the account
    /// @param depositor who paid, and who gets the money back if it cannot be credited
    /// @param amount L2 units
    /// @return index of the queue item
    function enqueueDeposit(
        address token,
        uint8 shift,
        uint32 asset,
        uint32 account,
        address owner,
        address depositor,
        uint64 amount
    ) external returns (uint64 index);

    /// @notice Enqueues the listing of `(token, shift)`. Only the Bridge.
    /// @return index of the queue item
    function enqueueListing(address token, uint8 shift) external returns (uint64 index);

    // ───────────────────────────── views ─────────────────────────────

    /// @notice Who enqueues deposits and listings.
    function BRIDGE() external view returns (address);

    /// @notice The rules of this deployment.
    function params() external view returns (InboxParams memory);

    /// @notice Queue items so far.
    function queueLength() external view returns (uint64);

    /// @notice Queue items that an entry includes: the next slice starts here.
    function included() external view returns (uint64);

    /// @notice When queue item `index` was enqueued, seconds; reverts past the end.
    function queueTime(uint64 index) external view returns (uint64);

    /// @notice When the oldest queue item not included was enqueued, seconds; 0 when all are included.
    function oldestPendingTime() external view returns (uint64);

    /// @notice Time of the last entry, seconds; 0 before the first.
    function lastTime() external view returns (uint64);

    /// @notice Time of the block with the batcher's last append (at first: of deployment), seconds. Appending is open to anyone
    ///         from `lastBatcherTime + sequencerSilence`, until the batcher appends again.
    function lastBatcherTime() external view returns (uint64);
}
