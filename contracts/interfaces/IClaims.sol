// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInboxReader} from "./IInboxReader.sol";
import {IStepVerifier, Machine} from "./IStepVerifier.sol";

/// @notice A claim's id: `keccak256(abi.encode(head))`, so it comes from content, author and salt, never from a counter:
///         a move re-sent after an L1 reorg can only land on the same claim.
type ClaimId is bytes32;

/// @notice Where a trace stands: the segments picked on the way, root first, 16 bits each, the last pick lowest; 0 is the root.
///         Segments are numbered from 1, so a path has one form only.
type Path is uint32;

/// @notice All a claim says. Callers re-send it; the contract keeps its hash.
struct ClaimHead {
    /// The claim it builds on.
    ClaimId parent;
    /// The parent's machine hash: where the claim starts.
    bytes32 start;
    /// Hash of the machine claimed: `step_E^(F^levels)(start) = machine`, where a step at entry E = `endEntry` or later changes nothing.
    bytes32 machine;
    /// The Inbox's accumulator before entry `endEntry`: it pins every item the claim speaks about.
    bytes32 acc;
    /// First Inbox entry that is not covered; the claimed machine stands at its start.
    uint64 endEntry;
    /// Levels of dissection, L: the claim covers up to F^L items.
    uint8 levels;
    /// Who made it.
    address proposer;
    /// Free choice of the proposer.
    bytes32 salt;
}

/// @notice What the contract has decided about a claim.
enum ClaimStatus {
    /// Not known.
    None,
    /// Open to moves.
    Pending,
    /// Stood its own game; confirmed once its parent is.
    Upheld,
    /// Fell in its own game.
    Refuted,
    /// Stands, and so do all its ancestors. Final.
    Confirmed,
    /// An ancestor fell: all bonds go back to their payers. Final.
    Void
}

/// @notice What became of a line.
enum LineStatus {
    None,
    Alive,
    Dead
}

/// @notice Whose bond was collected.
enum BondKind {
    Claim,
    Seat,
    Line
}

/// @notice A segment of a trace with the proofs that it stands there.
struct Segment {
    /// Hash at the start of the trace's stretch, h(0).
    bytes32 start;
    /// Merkle root of the trace's elements h(1) … h(F).
    bytes32 root;
    /// h(j − 1).
    bytes32 left;
    /// h(j).
    bytes32 right;
    /// Siblings of h(j − 1), leaf level first; empty when j = 1, as h(0) is `start`.
    bytes32[] leftProof;
    /// Siblings of h(j), leaf level first.
    bytes32[] rightProof;
}

/// @notice A deployment's rules, fixed at construction.
struct ClaimsParams {
    IInboxReader inbox;
    IStepVerifier verifier;
    /// Segments a trace has, F: a power of two, 2 … 1,024.
    uint16 fanout;
    /// Wc, seconds: how long a claim may be challenged.
    uint32 challengeSeconds;
    /// Wd, seconds: how long a defender has for a trace.
    uint32 defendSeconds;
    /// Wr, seconds: how long a challenger has for a pick or a prove.
    uint32 replySeconds;
    /// Wei with a claim; covers the proposer's line too.
    uint128 claimBond;
    /// Wei with a seat.
    uint128 challengeBond;
    /// Wei with a line of anybody but the proposer.
    uint128 defendBond;
}

/// @notice A claim's one slot.
struct ClaimState {
    ClaimStatus status;
    /// The proposer's bond has been collected (or, for the genesis claim, was never paid).
    bool bondCollected;
    /// t0, seconds: time of the block that made it.
    uint40 time;
    /// Lines alive.
    uint40 livingLines;
    /// The first seat, zero while there is none; once Upheld, the owner of the line that settled it (zero when nobody sat).
    address beneficiary;
}

/// @notice A line's one slot.
struct LineState {
    LineStatus status;
    bool bondCollected;
    /// Longest path of a trace answered.
    uint8 round;
    /// Picked segments not yet answered.
    uint32 open;
    /// Who killed it; zero while alive.
    address killer;
}

/// @title Claims about the rollup's state and the game that decides them.
/// @notice Wide dissection, `docs/spec/game.md`. Times: `D(r) = t0 + Wc + Wd + r(Wd + Wr)`, `P(r) = D(r) + Wr`; a move "before X" needs now < X.
///         Claiming, challenging and defending are open to everyone. No owner, no proxy; money leaves by {withdraw} only.
interface IClaims {
    // ───────────────────────────── events ─────────────────────────────

    /// @notice A claim was made at `time`. `end` is the preimage of `head.machine`.
    event ClaimMade(
        ClaimId indexed id,
        ClaimId indexed parent,
        address indexed proposer,
        uint64 time,
        ClaimHead head,
        Machine end
    );
    /// @notice `seat` challenges the claim.
    event Challenged(ClaimId indexed id, address indexed seat);
    /// @notice `owner` opened a trace: their line (`path` 0), or the answer to a pick.
    ///         `elements` are h(1) … as sent; those missing at the end equal the last. The trace in full costs no gas here: the
    ///         calldata floor (EIP-7623) is dearer than execution and event together.
    event TraceOpened(
        ClaimId indexed id,
        address indexed owner,
        Path indexed path,
        bytes32 start,
        bytes32 root,
        bytes32[] elements
    );
    /// @notice `seat` picked segment `j` of the trace at `path`; `joined`: somebody had picked it before.
    event Picked(ClaimId indexed id, address indexed owner, address indexed seat, Path path, uint256 j, bool joined);
    /// @notice The step at segment `j` of the trace at `path` was executed and gave another hash: the line is dead.
    event StepDisproved(
        ClaimId indexed id,
        address indexed owner,
        address indexed killer,
        Path path,
        uint256 j,
        bytes32 claimed,
        bytes32 actual
    );
    /// @notice Segment `j` of the trace at `path` was picked and not answered in time: the line is dead.
    event LineTimedOut(ClaimId indexed id, address indexed owner, address indexed killer, Path path, uint256 j);
    /// @notice The claim's own game is over. `owner`: the line that upheld it, if any.
    event Settled(ClaimId indexed id, ClaimStatus status, address indexed owner);
    /// @notice The claim stands for good: exits can be proved against it.
    event ClaimConfirmed(ClaimId indexed id, uint64 endEntry, bytes32 machine);
    /// @notice An ancestor fell.
    event ClaimVoided(ClaimId indexed id);
    /// @notice A bond paid by `payer` was divided: `credited` wei to `to`, `burned` wei to nobody.
    event BondCollected(
        ClaimId indexed id,
        address indexed payer,
        address indexed to,
        BondKind kind,
        uint256 credited,
        uint256 burned
    );
    /// @notice `account` took `amount` wei of its credit to `to`.
    event Withdrawn(address indexed account, address indexed to, uint256 amount);

    // ───────────────────────────── errors ─────────────────────────────

    /// @notice A constructor parameter is out of range.
    error BadParameter(string name);
    /// @notice The value sent is not the bond due.
    error WrongBond(uint256 sent, uint256 due);
    /// @notice The same claim exists already; choose another salt.
    error ClaimExists(ClaimId id);
    /// @notice The claim is not in the status that the call needs (`None`: no such claim, or a wrong head).
    error WrongStatus(ClaimId id, ClaimStatus status);
    /// @notice The parent is not in a status that the call needs.
    error WrongParentStatus(ClaimId parent, ClaimStatus status);
    /// @notice L is not 1, 2 or 3.
    error LevelsOutOfRange(uint256 levels);
    /// @notice The claimed machine does not stand at the start of an entry.
    error CursorNotZero(uint256 cursor);
    /// @notice The claim covers no entry after its parent.
    error EntryNotAfterParent(uint256 endEntry, uint256 parentEntry);
    /// @notice The claim covers entries that the Inbox has not got.
    error EntryPastInbox(uint256 endEntry, uint256 inboxLength);
    /// @notice The Inbox's history is not the one the claim speaks about: an L1 reorg happened, derive again.
    error AccMismatch(bytes32 claimed, bytes32 actual);
    /// @notice Now is not before `deadline`.
    error TooLate(uint256 nowSeconds, uint256 deadline);
    /// @notice Now is before `opens`.
    error TooEarly(uint256 nowSeconds, uint256 opens);
    /// @notice The address has a seat already.
    error SeatTaken(ClaimId id, address seat);
    /// @notice The address has no seat.
    error NoSeat(ClaimId id, address seat);
    /// @notice Nobody challenges the claim: nothing to defend or to settle with a line.
    error Unchallenged(ClaimId id);
    /// @notice The address has a line already.
    error LineTaken(ClaimId id, address owner);
    /// @notice There is no such line, or it is dead.
    error LineNotAlive(ClaimId id, address owner, LineStatus status);
    /// @notice A trace has 1 … F elements.
    error TraceLength(uint256 sent, uint256 most);
    /// @notice The last element sent is not the end of the stretch.
    error TraceEndMismatch(bytes32 last, bytes32 end);
    /// @notice The path's length is out of the move's range.
    error PathLength(uint256 length, uint256 least, uint256 most);
    /// @notice j is not in 1 … F.
    error SegmentOutOfRange(uint256 j, uint256 fanout);
    /// @notice `start` and `root` are not those of the trace at this path (`stored` zero: there is none).
    error TraceMismatch(bytes32 given, bytes32 stored);
    /// @notice A Merkle proof does not lead h(`index`) to the trace's root.
    error ProofMismatch(uint256 index);
    /// @notice A proof must have exactly `due` siblings.
    error ProofLength(uint256 index, uint256 sent, uint256 due);
    /// @notice The seat did not make the pick that leads to this trace; it made `chosen` (0: none).
    error NotOnPath(address seat, uint256 chosen);
    /// @notice The seat has picked segment `chosen` of this trace already.
    error AlreadyPicked(address seat, uint256 chosen);
    /// @notice There is no trace at this path.
    error NoTrace(Path path);
    /// @notice The segment that leads to this path is not picked.
    error NotPicked(Path path);
    /// @notice The pick has been answered.
    error AlreadyAnswered(Path path);
    /// @notice The machine given is not the preimage of the segment's left end.
    error MachineMismatch(bytes32 given, bytes32 left);
    /// @notice The step gives the hash the line says: it does not disprove it.
    error StepAgrees(bytes32 right);
    /// @notice The line has picks to answer.
    error PicksOpen(uint256 open);
    /// @notice The claim has living lines: it can be settled with one of them only.
    error LinesAlive(uint256 lines);
    /// @notice The bond was collected before, or never paid.
    error NoBond(ClaimId id, address payer);
    /// @notice The caller has no credit.
    error NoCredit(address account);
    /// @notice The receiver refused the payment; the credit stays.
    error PaymentRefused(address to);

    // ───────────────────────────── moves ─────────────────────────────

    /// @notice Claims that the rollup comes from `parent`'s machine to `end`, with `claimBond` wei. The parent may be pending.
    /// @param parent head of the claim built on; neither Refuted nor Void
    /// @param levels L, 1 … 3: the entries between hold at most F^L items
    /// @param acc the Inbox's accumulator before entry `end.entry`
    /// @param end the machine claimed, at the start of entry `end.entry`: after the parent's, at most the Inbox's length
    /// @param salt free choice
    /// @return id of the claim whose head is `(id(parent), parent.machine, hash(end), acc, end.entry, levels, msg.sender, salt)`
    function claim(
        ClaimHead calldata parent,
        uint8 levels,
        bytes32 acc,
        Machine calldata end,
        bytes32 salt
    ) external payable returns (ClaimId id);

    /// @notice Takes a seat against a pending claim, with `challengeBond` wei. Before t0 + Wc; one seat an address.
    function challenge(ClaimHead calldata head) external payable;

    /// @notice Opens a line with the trace of the whole claim, with `defendBond` wei (nothing from the proposer).
    ///         Needs a seat; before D(0); one line an address.
    /// @param elements h(1) … h(n), n ≤ F, the last one the claim's machine hash; h(n + 1) … h(F) equal it
    function defend(ClaimHead calldata head, bytes32[] calldata elements) external payable;

    /// @notice Picks segment `j` of a trace, or joins those who picked it. The seat must have made the pick that leads to
    ///         the trace. One pick a seat a trace; path length r < L − 1; before P(r).
    /// @param owner whose line
    /// @param path where the trace stands
    /// @param j the segment, 1 … F: the trace's root fixes its ends, so a pick carries no hashes
    function pick(ClaimHead calldata head, address owner, Path path, uint256 j) external;

    /// @notice The line's owner cuts a picked segment. Path length r ≥ 1; picked and unanswered; before D(r).
    /// @param path of the new trace: its last number is the segment picked
    /// @param segment that segment of the trace above, with its proofs: the new trace starts at `left` and ends at `right`
    /// @param elements as in {defend}; the last one is `segment.right`
    function answer(ClaimHead calldata head, Path path, Segment calldata segment, bytes32[] calldata elements) external;

    /// @notice Executes the one item of a segment and kills the line when the result is not h(j). Open to anyone.
    /// @param path of length L − 1
    /// @param pre preimage of h(j − 1)
    /// @param witness for `IStepVerifier.step`; not read when `pre` has halted
    function prove(
        ClaimHead calldata head,
        address owner,
        Path path,
        uint256 j,
        Segment calldata segment,
        Machine calldata pre,
        bytes calldata witness
    ) external;

    /// @notice Kills a line whose picked segment was not answered. From D(path length + 1); the first picker is the killer.
    function timeout(ClaimHead calldata head, address owner, Path path, uint256 j) external;

    /// @notice Decides the claim's own game.
    /// @param owner zero: Upheld when nobody sat and now ≥ t0 + Wc; Refuted when somebody sat, now ≥ D(0) and no line is alive.
    ///        Else a line that is alive, has no open pick and now ≥ P(its round): Upheld.
    function settle(ClaimHead calldata head, address owner) external;

    /// @notice Confirms an upheld claim whose parent is Confirmed.
    function confirm(ClaimHead calldata head) external;

    /// @notice Voids an unconfirmed claim whose parent is Refuted or Void.
    function voidClaim(ClaimHead calldata head) external;

    // ───────────────────────────── money ─────────────────────────────

    /// @notice Divides the proposer's bond. Once; when Void, or when decided and the parent is Confirmed. Open to anyone.
    function collectClaimBond(ClaimHead calldata head) external;

    /// @notice Divides a seat's bond, as {collectClaimBond}.
    function collectSeatBond(ClaimHead calldata head, address seat) external;

    /// @notice Divides a line's bond, as {collectClaimBond}; the proposer's line has none of its own.
    function collectLineBond(ClaimHead calldata head, address owner) external;

    /// @notice Sends the caller's whole credit to `to`.
    function withdraw(address to) external;

    // ───────────────────────────── views ─────────────────────────────

    /// @notice The id of a head, known or not.
    function claimId(ClaimHead calldata head) external pure returns (ClaimId);

    /// @notice The head of the claim stored at construction: Confirmed, without a parent, a proposer or a bond.
    function genesisHead() external view returns (ClaimHead memory);

    /// @notice True when the claim is Confirmed: what stands in the state under `head.machine` is final. The Bridge asks this.
    function isConfirmed(ClaimHead calldata head) external view returns (bool);

    /// @notice The confirmed claim that reaches furthest.
    function latestConfirmed() external view returns (ClaimId id, uint64 endEntry);

    /// @notice A claim's slot.
    function claimState(ClaimId id) external view returns (ClaimState memory);

    /// @notice The slot of `owner`'s line.
    function lineState(ClaimId id, address owner) external view returns (LineState memory);

    /// @notice True from the challenge until the seat's bond is collected.
    function hasSeat(ClaimId id, address seat) external view returns (bool);

    /// @notice `keccak256(abi.encode(start, root))` of a trace; zero while it is not opened.
    function traceHash(ClaimId id, address owner, Path path) external view returns (bytes32);

    /// @notice Who first picked the segment that leads to `path`; zero while nobody has.
    function firstPicker(ClaimId id, address owner, Path path) external view returns (address);

    /// @notice The segment of the trace at `path` that the seat picked; 0: none.
    function pickOf(ClaimId id, address owner, Path path, address seat) external view returns (uint256 j);

    /// @notice Wei that the account can withdraw.
    function credit(address account) external view returns (uint256);

    /// @notice Wei that no one can withdraw, ever: the burned parts of bonds.
    function burned() external view returns (uint256);

    /// @notice The rules of this deployment.
    function params() external view returns (ClaimsParams memory);
}
