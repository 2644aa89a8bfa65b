// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BondRules, Share} from "./dispute/BondRules.sol";
import {ClaimRules} from "./dispute/ClaimRules.sol";
import {Windows} from "./dispute/Clock.sol";
import {DisputeStore, SeatState} from "./dispute/DisputeStore.sol";
import {Ids} from "./dispute/Ids.sol";
import {LineRules} from "./dispute/LineRules.sol";
import {
    BondKind,
    ClaimHead,
    ClaimId,
    ClaimState,
    ClaimStatus,
    ClaimsParams,
    IClaims,
    LineState,
    Path,
    Segment
} from "./interfaces/IClaims.sol";
import {IInboxReader} from "./interfaces/IInboxReader.sol";
import {IStepVerifier, Machine} from "./interfaces/IStepVerifier.sol";

/// @title Claims about the rollup's state, and the game that decides them.
/// @notice The shell: who may call, events, money. The rules are in `dispute/`. No owner, no proxy, no pause.
/// @dev External calls: views of the Inbox and the StepVerifier, fixed at construction; and {withdraw}, after all state is written.
contract Claims is IClaims {
    using BondRules for DisputeStore;
    using ClaimRules for DisputeStore;
    using LineRules for DisputeStore;

    IInboxReader private immutable _INBOX;
    IStepVerifier private immutable _VERIFIER;
    uint16 private immutable _FANOUT;
    uint32 private immutable _CHALLENGE_SECONDS;
    uint32 private immutable _DEFEND_SECONDS;
    uint32 private immutable _REPLY_SECONDS;
    uint128 private immutable _CLAIM_BOND;
    uint128 private immutable _CHALLENGE_BOND;
    uint128 private immutable _DEFEND_BOND;
    bytes32 private immutable _GENESIS_MACHINE;
    uint64 private immutable _GENESIS_ENTRY;

    DisputeStore private _store;
    ClaimId private _latestId;
    uint64 private _latestEntry;

    /// @inheritdoc IClaims
    uint256 public burned;
    /// @inheritdoc IClaims
    mapping(address account => uint256 amountWei) public credit;

    /// @param rules the deployment's rules
    /// @param genesis the machine the rollup starts with, at the start of an entry
    constructor(ClaimsParams memory rules, Machine memory genesis) {
        require(address(rules.inbox) != address(0), BadParameter("inbox"));
        require(address(rules.verifier) != address(0), BadParameter("verifier"));
        uint256 fanout = rules.fanout;
        require(2 <= fanout && fanout <= 1024 && fanout & (fanout - 1) == 0, BadParameter("fanout"));
        require(rules.challengeSeconds != 0, BadParameter("challengeSeconds"));
        require(rules.defendSeconds != 0, BadParameter("defendSeconds"));
        require(rules.replySeconds != 0, BadParameter("replySeconds"));
        // Half of a bond must be something: a free move has no deterrent and its killer no pay.
        require(rules.claimBond >= 2, BadParameter("claimBond"));
        require(rules.challengeBond >= 2, BadParameter("challengeBond"));
        require(rules.defendBond >= 2, BadParameter("defendBond"));
        require(genesis.cursor == 0, CursorNotZero(genesis.cursor));
        _INBOX = rules.inbox;
        _VERIFIER = rules.verifier;
        _FANOUT = rules.fanout;
        _CHALLENGE_SECONDS = rules.challengeSeconds;
        _DEFEND_SECONDS = rules.defendSeconds;
        _REPLY_SECONDS = rules.replySeconds;
        _CLAIM_BOND = rules.claimBond;
        _CHALLENGE_BOND = rules.challengeBond;
        _DEFEND_BOND = rules.defendBond;
        _GENESIS_MACHINE = Ids.machine(genesis);
        _GENESIS_ENTRY = genesis.entry;

        ClaimHead memory head = _genesisHead(_GENESIS_MACHINE, genesis.entry);
        ClaimId id = Ids.claim(head);
        // INVARIANT: the genesis claim has no bond, so that nothing paid by others can leave through it.
        _store.claims[id] = ClaimState(ClaimStatus.Confirmed, true, uint40(block.timestamp), 0, address(0));
        _latestId = id;
        _latestEntry = genesis.entry;
        emit ClaimMade(id, head.parent, head.proposer, uint64(block.timestamp), head, genesis);
        emit ClaimConfirmed(id, head.endEntry, head.machine);
    }

    // ───────────────────────────── moves ─────────────────────────────

    /// @inheritdoc IClaims
    function claim(
        ClaimHead calldata parent,
        uint8 levels,
        bytes32 acc,
        Machine calldata end,
        bytes32 salt
    ) external payable returns (ClaimId id) {
        _checkBond(_CLAIM_BOND);
        ClaimHead memory head = ClaimHead({
            parent: Ids.claim(parent),
            start: parent.machine,
            machine: Ids.machine(end),
            acc: acc,
            endEntry: end.entry,
            levels: levels,
            proposer: msg.sender,
            salt: salt
        });
        id = _store.make(parent, head, end, _INBOX);
        emit ClaimMade(id, head.parent, msg.sender, uint64(block.timestamp), head, end);
    }

    /// @inheritdoc IClaims
    function challenge(ClaimHead calldata head) external payable {
        _checkBond(_CHALLENGE_BOND);
        ClaimId id = Ids.claim(head);
        _store.challenge(id, msg.sender, _windows());
        emit Challenged(id, msg.sender);
    }

    /// @inheritdoc IClaims
    function defend(ClaimHead calldata head, bytes32[] calldata elements) external payable {
        _checkBond(msg.sender == head.proposer ? 0 : _DEFEND_BOND);
        ClaimId id = Ids.claim(head);
        bytes32 root = _store.open(id, head, msg.sender, elements, _FANOUT, _windows());
        emit TraceOpened(id, msg.sender, Path.wrap(0), head.start, root, elements);
    }

    /// @inheritdoc IClaims
    function pick(ClaimHead calldata head, address owner, Path path, uint256 j) external {
        ClaimId id = Ids.claim(head);
        bool joined = _store.pick(id, head.levels, owner, path, j, msg.sender, _FANOUT, _windows());
        emit Picked(id, owner, msg.sender, path, j, joined);
    }

    /// @inheritdoc IClaims
    function answer(
        ClaimHead calldata head,
        Path path,
        Segment calldata segment,
        bytes32[] calldata elements
    ) external {
        ClaimId id = Ids.claim(head);
        bytes32 root = _store.answer(id, head.levels, msg.sender, path, segment, elements, _FANOUT, _windows());
        emit TraceOpened(id, msg.sender, path, segment.left, root, elements);
    }

    /// @inheritdoc IClaims
    function prove(
        ClaimHead calldata head,
        address owner,
        Path path,
        uint256 j,
        Segment calldata segment,
        Machine calldata pre,
        bytes calldata witness
    ) external {
        ClaimId id = Ids.claim(head);
        bytes32 actual = _store.prove(id, head, owner, path, j, segment, pre, witness, msg.sender, _FANOUT, _VERIFIER);
        emit StepDisproved(id, owner, msg.sender, path, j, segment.right, actual);
    }

    /// @inheritdoc IClaims
    function timeout(ClaimHead calldata head, address owner, Path path, uint256 j) external {
        ClaimId id = Ids.claim(head);
        address killer = _store.timeout(id, head.levels, owner, path, j, _FANOUT, _windows());
        emit LineTimedOut(id, owner, killer, path, j);
    }

    /// @inheritdoc IClaims
    function settle(ClaimHead calldata head, address owner) external {
        ClaimId id = Ids.claim(head);
        ClaimStatus decided = _store.settle(id, owner, _windows());
        emit Settled(id, decided, owner);
    }

    /// @inheritdoc IClaims
    function confirm(ClaimHead calldata head) external {
        ClaimId id = Ids.claim(head);
        _store.confirm(id, head.parent);
        if (head.endEntry > _latestEntry) {
            _latestId = id;
            _latestEntry = head.endEntry;
        }
        emit ClaimConfirmed(id, head.endEntry, head.machine);
    }

    /// @inheritdoc IClaims
    function voidClaim(ClaimHead calldata head) external {
        ClaimId id = Ids.claim(head);
        _store.voidClaim(id, head.parent);
        emit ClaimVoided(id);
    }

    // ───────────────────────────── money ─────────────────────────────

    /// @inheritdoc IClaims
    function collectClaimBond(ClaimHead calldata head) external {
        ClaimId id = Ids.claim(head);
        _book(id, head.proposer, BondKind.Claim, _store.collectClaim(id, head, _CLAIM_BOND));
    }

    /// @inheritdoc IClaims
    function collectSeatBond(ClaimHead calldata head, address seat) external {
        ClaimId id = Ids.claim(head);
        _book(id, seat, BondKind.Seat, _store.collectSeat(id, head, seat, _CHALLENGE_BOND));
    }

    /// @inheritdoc IClaims
    function collectLineBond(ClaimHead calldata head, address owner) external {
        ClaimId id = Ids.claim(head);
        _book(id, owner, BondKind.Line, _store.collectLine(id, head, owner, _DEFEND_BOND));
    }

    /// @inheritdoc IClaims
    function withdraw(address to) external {
        uint256 amount = credit[msg.sender];
        require(amount != 0, NoCredit(msg.sender));
        require(to != address(0), PaymentRefused(to));
        // SAFETY: the credit is gone before the call, and the caller pays for whatever `to` does.
        credit[msg.sender] = 0;
        emit Withdrawn(msg.sender, to, amount);
        bool paid;
        // SAFETY: no return data is copied, so `to` cannot make the payment dearer by a long answer.
        assembly ("memory-safe") {
            paid := call(gas(), to, amount, 0, 0, 0, 0)
        }
        require(paid, PaymentRefused(to));
    }

    // ───────────────────────────── views ─────────────────────────────

    /// @inheritdoc IClaims
    function claimId(ClaimHead calldata head) external pure returns (ClaimId) {
        return Ids.claim(head);
    }

    /// @inheritdoc IClaims
    function genesisHead() external view returns (ClaimHead memory) {
        return _genesisHead(_GENESIS_MACHINE, _GENESIS_ENTRY);
    }

    /// @inheritdoc IClaims
    function isConfirmed(ClaimHead calldata head) external view returns (bool) {
        return _store.claims[Ids.claim(head)].status == ClaimStatus.Confirmed;
    }

    /// @inheritdoc IClaims
    function latestConfirmed() external view returns (ClaimId id, uint64 endEntry) {
        return (_latestId, _latestEntry);
    }

    /// @inheritdoc IClaims
    function claimState(ClaimId id) external view returns (ClaimState memory) {
        return _store.claims[id];
    }

    /// @inheritdoc IClaims
    function lineState(ClaimId id, address owner) external view returns (LineState memory) {
        return _store.lines[Ids.line(id, owner)];
    }

    /// @inheritdoc IClaims
    function hasSeat(ClaimId id, address seat) external view returns (bool) {
        return _store.seats[id][seat] == SeatState.Taken;
    }

    /// @inheritdoc IClaims
    function traceHash(ClaimId id, address owner, Path path) external view returns (bytes32) {
        return _store.traces[Ids.trace(Ids.line(id, owner), path)];
    }

    /// @inheritdoc IClaims
    function firstPicker(ClaimId id, address owner, Path path) external view returns (address) {
        return _store.pickers[Ids.trace(Ids.line(id, owner), path)];
    }

    /// @inheritdoc IClaims
    function pickOf(ClaimId id, address owner, Path path, address seat) external view returns (uint256 j) {
        return _store.choices[Ids.trace(Ids.line(id, owner), path)][seat];
    }

    /// @inheritdoc IClaims
    function params() external view returns (ClaimsParams memory) {
        return
            ClaimsParams({
                inbox: _INBOX,
                verifier: _VERIFIER,
                fanout: _FANOUT,
                challengeSeconds: _CHALLENGE_SECONDS,
                defendSeconds: _DEFEND_SECONDS,
                replySeconds: _REPLY_SECONDS,
                claimBond: _CLAIM_BOND,
                challengeBond: _CHALLENGE_BOND,
                defendBond: _DEFEND_BOND
            });
    }

    // ───────────────────────────── parts ─────────────────────────────

    function _checkBond(uint256 due) private view {
        require(msg.value == due, WrongBond(msg.value, due));
    }

    function _book(ClaimId id, address payer, BondKind kind, Share memory share) private {
        credit[share.to] += share.credited;
        if (share.burned != 0) burned += share.burned;
        emit BondCollected(id, payer, share.to, kind, share.credited, share.burned);
    }

    function _windows() private view returns (Windows memory) {
        return Windows(_CHALLENGE_SECONDS, _DEFEND_SECONDS, _REPLY_SECONDS);
    }

    function _genesisHead(bytes32 machine, uint64 entry) private pure returns (ClaimHead memory) {
        return ClaimHead(ClaimId.wrap(0), bytes32(0), machine, bytes32(0), entry, 0, address(0), bytes32(0));
    }
}
