// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClaimHead, IClaims} from "./IClaims.sol";
import {IInbox} from "./IInbox.sol";
import {Machine} from "./IStepVerifier.sol";

/// @notice An exit as the state holds it: its number and its record.
struct Exit {
    /// Exits are numbered from 0 in the order they are made; exit n stands at leaf 2^39 + n.
    uint64 number;
    /// The L1 token, zero for ETH.
    address token;
    /// One L2 unit is 10^shift of the token's smallest units.
    uint8 shift;
    /// L2 units.
    uint64 amount;
    /// Who gets it, unless assigned.
    address recipient;
}

/// @notice A deployment's rules, fixed at construction.
struct BridgeParams {
    /// Where deposits and listings are enqueued; made for this Bridge.
    IInbox inbox;
    /// Which states are final.
    IClaims claims;
    /// Most units of one asset in escrow, 1 … CAP_UNITS (2^63 − 1).
    uint64 capUnits;
}

/// @title Money in and out.
/// @notice `docs/spec/bridge.md`. An asset is a pair (token, shift); its escrow is its own. ETH is (0, 9), object 1 on L2.
///         No owner, no proxy, no pause. A payment that cannot be delivered becomes a credit: nothing is ever locked by a receiver.
interface IBridge {
    // ───────────────────────────── events ─────────────────────────────

    /// @notice `(token, shift)` was listed by queue item `queueIndex`; executing it creates the asset's object on L2.
    event TokenListed(address indexed token, uint8 indexed shift, uint64 queueIndex);

    /// @notice `amount` units were deposited by queue item `queueIndex`.
    event Deposited(
        uint64 indexed queueIndex,
        address indexed depositor,
        address indexed owner,
        address token,
        uint8 shift,
        uint32 asset,
        uint32 account,
        uint64 amount
    );

    /// @notice Whoever held exit `number` of content `id` gave it to `to`.
    event ExitAssigned(bytes32 indexed id, address indexed from, address indexed to, uint64 number);

    /// @notice Exit `number` is done. `delivered`: `payee` has the money; else it has a credit.
    event ExitFinalized(
        uint64 indexed number,
        address indexed payee,
        bytes32 indexed id,
        address token,
        uint8 shift,
        uint64 amount,
        bool delivered
    );

    /// @notice `account`'s whole credit of an asset, `amount` units, was paid to `to`.
    event CreditPaid(address indexed account, address indexed to, address indexed token, uint8 shift, uint64 amount);

    // ───────────────────────────── errors ─────────────────────────────

    /// @notice A constructor parameter is out of range.
    error BadParameter(string name);
    /// @notice The Inbox was made for another Bridge: the predicted address was wrong.
    error WrongBridge(address expected, address actual);
    /// @notice No contract stands at the token's address.
    error NoCode(address token);
    /// @notice The shift is over the largest one.
    error ShiftTooLarge(uint8 shift, uint256 most);
    /// @notice The asset is listed already.
    error AlreadyListed(address token, uint8 shift);
    /// @notice The asset is not listed.
    error NotListed(address token, uint8 shift);
    /// @notice An address that must be set is zero.
    error ZeroAddress();
    /// @notice An amount that must be positive is zero.
    error ZeroAmount();
    /// @notice The amount is not a multiple of one L2 unit.
    error NotDivisible(uint256 l1Amount, uint256 unit);
    /// @notice The escrow may take `room` more units of this asset.
    error CapExceeded(address token, uint8 shift, uint256 units, uint256 room);
    /// @notice The token moved another amount than asked: tokens with transfer fees are not taken.
    error WrongDelta(address token, uint256 expected, uint256 received);
    /// @notice The claim is not confirmed (or the head is not one of a claim).
    error NotConfirmed(bytes32 machineHash);
    /// @notice The machine is not the preimage of the claim's.
    error MachineMismatch(bytes32 given, bytes32 claimed);
    /// @notice The claim's state holds exits below `nextExit` only.
    error ExitNotInState(uint64 number, uint64 nextExit);
    /// @notice The exit was finalized before.
    error AlreadyFinalized(uint64 number);
    /// @notice The proof must have exactly `due` siblings.
    error ProofLength(uint256 sent, uint256 due);
    /// @notice The exit does not stand in the state at its number.
    error ProofMismatch(bytes32 root, bytes32 stateRoot);
    /// @notice More units leave than this asset's escrow holds.
    error EscrowShort(address token, uint8 shift, uint64 units, uint64 escrow);
    /// @notice Only `holder` may assign the exit.
    error NotHolder(address sender, address holder);
    /// @notice A payment needs `due` gas left: send more.
    error GasTooLow(uint256 left, uint256 due);
    /// @notice The account has no credit of this asset.
    error NoCredit(address account, address token, uint8 shift);
    /// @notice The receiver refused the payment; the credit stays.
    error PaymentRefused(address to);

    // ───────────────────────────── money in ─────────────────────────────

    /// @notice Lists `(token, shift)`: an asset of its own. Open to anyone, once a pair.
    /// @param token a contract
    /// @param shift 0 … 36; one L2 unit is 10^shift of the token's smallest units
    /// @return queueIndex of the listing
    function listToken(address token, uint8 shift) external returns (uint64 queueIndex);

    /// @notice Deposits the ETH sent, a multiple of 10^9 wei. It cannot fail on L2: `docs/spec/machine.md` says where it goes.
    /// @param account L2 account to credit; 0: a new one of `owner`
    /// @param owner of the account
    /// @return queueIndex of the deposit
    function depositETH(uint32 account, address owner) external payable returns (uint64 queueIndex);

    /// @notice Deposits an ERC-20 that the caller has allowed the Bridge to take.
    /// @param token the token
    /// @param shift with it, the asset: listed
    /// @param asset the asset's object index on L2; if it is another, the deposit comes back to the caller as an exit
    /// @param account L2 account to credit; 0: a new one of `owner`
    /// @param owner of the account
    /// @param l1Amount the token's smallest units, a multiple of 10^shift
    /// @return queueIndex of the deposit
    function depositERC20(
        address token,
        uint8 shift,
        uint32 asset,
        uint32 account,
        address owner,
        uint256 l1Amount
    ) external returns (uint64 queueIndex);

    // ───────────────────────────── money out ─────────────────────────────

    /// @notice Gives an exit that is not finalized to `to`. By its holder: the recipient, or whom it was assigned to last.
    ///         Holds for an exit of exactly this content at this number, confirmed or not: if the state turns out to hold
    ///         another one there, nothing was assigned.
    function assignExit(Exit calldata exit_, address to) external;

    /// @notice Pays an exit to its holder. Open to anyone, once an exit.
    /// @param head of a confirmed claim; any one whose state holds the exit serves
    /// @param machine preimage of `head.machine`
    /// @param exit_ the exit
    /// @param siblings of the exit's leaf, leaf level first, left to right, the empty ones left out (`docs/spec/bridge.md`)
    function finalizeExit(
        ClaimHead calldata head,
        Machine calldata machine,
        Exit calldata exit_,
        bytes32[] calldata siblings
    ) external;

    /// @notice Pays the caller's whole credit of an asset to `to`.
    function withdrawCredit(address token, uint8 shift, address to) external;

    /// @notice Tries again to pay `account` its whole credit of an asset. Open to anyone.
    function retryCredit(address account, address token, uint8 shift) external;

    // ───────────────────────────── views ─────────────────────────────

    /// @notice The rules of this deployment.
    function params() external view returns (BridgeParams memory);

    /// @notice True when deposits of the asset are taken.
    function isListed(address token, uint8 shift) external view returns (bool);

    /// @notice Units of the asset in escrow: deposits less payments.
    function escrow(address token, uint8 shift) external view returns (uint64);

    /// @notice Units of the asset that `account` may withdraw.
    function credit(address account, address token, uint8 shift) external view returns (uint64);

    /// @notice True once the exit was paid or credited.
    function isFinalized(uint64 number) external view returns (bool);

    /// @notice An exit's id: `keccak256(abi.encode(exit))`.
    function exitId(Exit calldata exit_) external pure returns (bytes32);

    /// @notice Who gets the exit: the recipient, or whom it was assigned to last.
    function holderOf(Exit calldata exit_) external view returns (address);
}
