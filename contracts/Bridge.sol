// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {CAP_UNITS, ETH_ASSET, ETH_SHIFT, MAX_SHIFT} from "./engine/Constants.sol";
import {BridgeParams, Exit, IBridge} from "./interfaces/IBridge.sol";
import {ClaimHead, IClaims} from "./interfaces/IClaims.sol";
import {IInbox} from "./interfaces/IInbox.sol";
import {Machine} from "./interfaces/IStepVerifier.sol";
import {ExitProof} from "./lib/ExitProof.sol";
import {Payout} from "./lib/Payout.sol";

/// @dev What the Bridge knows of a (token, shift); one slot.
struct AssetState {
    /// Units in escrow, credits included.
    uint64 escrow;
    bool listed;
}

/// @title Money in and out.
/// @dev {IBridge} is the documentation. Every function that moves money is guarded against re-entrance as a whole: tokens and
///      receivers are strangers.
contract Bridge is IBridge, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    IInbox private immutable _INBOX;
    IClaims private immutable _CLAIMS;
    uint64 private immutable _CAP_UNITS;

    /// @dev INVARIANT: the sum over an asset's deposits less its payments is `escrow`, and never above the cap.
    mapping(address token => mapping(uint8 shift => AssetState)) private _assets;
    mapping(uint256 word => uint256 bits) private _finalized;
    mapping(bytes32 exitId => address holder) private _assignees;

    /// @inheritdoc IBridge
    mapping(address account => mapping(address token => mapping(uint8 shift => uint64 units))) public credit;

    /// @param rules the deployment's rules
    constructor(BridgeParams memory rules) {
        require(address(rules.inbox) != address(0), BadParameter("inbox"));
        require(address(rules.claims) != address(0), BadParameter("claims"));
        require(rules.capUnits != 0 && rules.capUnits <= CAP_UNITS, BadParameter("capUnits"));
        address bridge = rules.inbox.BRIDGE();
        require(bridge == address(this), WrongBridge(bridge, address(this)));
        _INBOX = rules.inbox;
        _CLAIMS = rules.claims;
        _CAP_UNITS = rules.capUnits;
        _assets[address(0)][uint8(ETH_SHIFT)].listed = true;
    }

    // ───────────────────────────── money in ─────────────────────────────

    /// @inheritdoc IBridge
    function listToken(address token, uint8 shift) external nonReentrant returns (uint64 queueIndex) {
        require(token.code.length != 0, NoCode(token));
        require(shift <= MAX_SHIFT, ShiftTooLarge(shift, MAX_SHIFT));
        AssetState storage asset = _assets[token][shift];
        require(!asset.listed, AlreadyListed(token, shift));
        asset.listed = true;
        queueIndex = _INBOX.enqueueListing(token, shift);
        emit TokenListed(token, shift, queueIndex);
    }

    /// @inheritdoc IBridge
    function depositETH(uint32 account, address owner) external payable nonReentrant returns (uint64 queueIndex) {
        return _deposit(address(0), uint8(ETH_SHIFT), uint32(ETH_ASSET), account, owner, msg.value);
    }

    /// @inheritdoc IBridge
    function depositERC20(
        address token,
        uint8 shift,
        uint32 asset,
        uint32 account,
        address owner,
        uint256 l1Amount
    ) external nonReentrant returns (uint64 queueIndex) {
        require(token.code.length != 0, NoCode(token));
        queueIndex = _deposit(token, shift, asset, account, owner, l1Amount);
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), l1Amount);
        uint256 afterwards = IERC20(token).balanceOf(address(this));
        uint256 received = afterwards > before ? afterwards - before : 0;
        require(received == l1Amount, WrongDelta(token, l1Amount, received));
    }

    // ───────────────────────────── money out ─────────────────────────────

    /// @inheritdoc IBridge
    function assignExit(Exit calldata exit_, address to) external {
        require(to != address(0), ZeroAddress());
        require(!isFinalized(exit_.number), AlreadyFinalized(exit_.number));
        bytes32 id = exitId(exit_);
        address holder = _holderOf(id, exit_.recipient);
        require(msg.sender == holder, NotHolder(msg.sender, holder));
        _assignees[id] = to;
        emit ExitAssigned(id, holder, to, exit_.number);
    }

    /// @inheritdoc IBridge
    function finalizeExit(
        ClaimHead calldata head,
        Machine calldata machine,
        Exit calldata exit_,
        bytes32[] calldata siblings
    ) external nonReentrant {
        require(_CLAIMS.isConfirmed(head), NotConfirmed(head.machine));
        bytes32 machineHash = keccak256(abi.encode(machine));
        require(machineHash == head.machine, MachineMismatch(machineHash, head.machine));
        require(!isFinalized(exit_.number), AlreadyFinalized(exit_.number));
        ExitProof.check(exit_, machine, siblings);

        _finalized[exit_.number >> 8] |= 1 << (exit_.number & 0xff);
        AssetState storage asset = _release(exit_.token, exit_.shift, exit_.amount);
        bytes32 id = exitId(exit_);
        address payee = _holderOf(id, exit_.recipient);
        bool delivered = Payout.tryPay(exit_.token, payee, exit_.amount * _unit(exit_.shift));
        if (!delivered) {
            asset.escrow += exit_.amount;
            credit[payee][exit_.token][exit_.shift] += exit_.amount; // fits: at most the escrow
        }
        emit ExitFinalized(exit_.number, payee, id, exit_.token, exit_.shift, exit_.amount, delivered);
    }

    /// @inheritdoc IBridge
    function withdrawCredit(address token, uint8 shift, address to) external nonReentrant {
        require(to != address(0), ZeroAddress());
        _payCredit(msg.sender, token, shift, to);
    }

    /// @inheritdoc IBridge
    function retryCredit(address account, address token, uint8 shift) external nonReentrant {
        _payCredit(account, token, shift, account);
    }

    // ───────────────────────────── views ─────────────────────────────

    /// @inheritdoc IBridge
    function params() external view returns (BridgeParams memory) {
        return BridgeParams(_INBOX, _CLAIMS, _CAP_UNITS);
    }

    /// @inheritdoc IBridge
    function isListed(address token, uint8 shift) external view returns (bool) {
        return _assets[token][shift].listed;
    }

    /// @inheritdoc IBridge
    function escrow(address token, uint8 shift) external view returns (uint64) {
        return _assets[token][shift].escrow;
    }

    /// @inheritdoc IBridge
    function isFinalized(uint64 number) public view returns (bool) {
        return (_finalized[number >> 8] >> (number & 0xff)) & 1 == 1;
    }

    /// @inheritdoc IBridge
    function exitId(Exit calldata exit_) public pure returns (bytes32) {
        return keccak256(abi.encode(exit_));
    }

    /// @inheritdoc IBridge
    function holderOf(Exit calldata exit_) public view returns (address) {
        return _holderOf(exitId(exit_), exit_.recipient);
    }

    // ───────────────────────────── inside ─────────────────────────────

    /// @dev Everything of a deposit but taking a token's money.
    function _deposit(
        address token,
        uint8 shift,
        uint32 asset,
        uint32 account,
        address owner,
        uint256 l1Amount
    ) private returns (uint64 queueIndex) {
        AssetState storage state = _assets[token][shift];
        require(state.listed, NotListed(token, shift));
        require(owner != address(0), ZeroAddress());
        require(l1Amount != 0, ZeroAmount());
        uint256 unit = _unit(shift);
        require(l1Amount % unit == 0, NotDivisible(l1Amount, unit));
        uint256 units = l1Amount / unit;
        uint256 room = _CAP_UNITS - state.escrow;
        require(units <= room, CapExceeded(token, shift, units, room));
        uint64 amount = uint64(units); // fits: at most the cap
        state.escrow += amount;
        queueIndex = _INBOX.enqueueDeposit(token, shift, asset, account, owner, msg.sender, amount);
        emit Deposited(queueIndex, msg.sender, owner, token, shift, asset, account, amount);
    }

    function _payCredit(address account, address token, uint8 shift, address to) private {
        uint64 amount = credit[account][token][shift];
        require(amount != 0, NoCredit(account, token, shift));
        delete credit[account][token][shift];
        _release(token, shift, amount);
        emit CreditPaid(account, to, token, shift, amount);
        Payout.pay(token, to, amount * _unit(shift));
    }

    /// @dev SAFETY: whatever a state says, an asset never pays out more than was paid in for it.
    function _release(address token, uint8 shift, uint64 amount) private returns (AssetState storage asset) {
        asset = _assets[token][shift];
        uint64 held = asset.escrow;
        require(amount <= held, EscrowShort(token, shift, amount, held));
        asset.escrow = held - amount;
    }

    function _holderOf(bytes32 id, address recipient) private view returns (address) {
        address assignee = _assignees[id];
        return assignee == address(0) ? recipient : assignee;
    }

    /// @dev One L2 unit in the token's smallest units; shifts listed are at most 36, so that nothing overflows.
    function _unit(uint8 shift) private pure returns (uint256) {
        return 10 ** uint256(shift);
    }
}
