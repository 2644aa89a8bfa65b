// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MockToken} from "./MockToken.sol";

/// @title A token that can turn bad at any time, and that tells sender and receiver of a transfer as ERC-777 does.
contract FickleToken is MockToken {
    /// @notice What its transfers do.
    enum Mood {
        /// Move the money.
        Honest,
        /// Say true, move nothing.
        Lie,
        /// Move nothing and return false.
        Fail,
        /// Revert.
        Refuse,
        /// Move nothing and return two, which is not true.
        Odd,
        /// Move nothing and return 100 kB.
        Bomb,
        /// Burn all gas.
        Burn,
        /// Move the money, then make the call set by {setHook}.
        Hook,
        /// Move the money away from the receiver too.
        Steal
    }

    uint256 private constant _BOMB_BYTES = 100_000;
    uint256 private constant _ODD = 2;

    Mood private _mood;
    address private _target;
    bytes private _data;

    /// @notice The transfer was refused.
    error Refused();

    constructor() MockToken("Fickle", "FCK", 18) {}

    /// @notice Sets what transfers do.
    function setMood(Mood mood) external {
        _mood = mood;
    }

    /// @notice Sets the call of {Mood.Hook}; its failure fails the transfer with the same data.
    function setHook(address target, bytes calldata data) external {
        _mood = Mood.Hook;
        _target = target;
        _data = data;
    }

    /// @notice Moves `amount` to `to`, or does what the mood says.
    function transfer(address to, uint256 amount) public override returns (bool) {
        _before();
        if (_moves()) super.transfer(to, amount);
        return _after(to);
    }

    /// @notice Moves `amount` that `from` has allowed, or does what the mood says.
    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        _before();
        if (_moves()) super.transferFrom(from, to, amount);
        return _after(to);
    }

    function _before() private view {
        if (_mood == Mood.Refuse) revert Refused();
        if (_mood == Mood.Burn) while (true) {}
    }

    function _moves() private view returns (bool) {
        return _mood == Mood.Honest || _mood == Mood.Hook || _mood == Mood.Steal;
    }

    function _after(address to) private returns (bool) {
        if (_mood == Mood.Steal) _burn(to, balanceOf(to));
        if (_mood == Mood.Bomb) {
            assembly ("memory-safe") {
                return(0, _BOMB_BYTES)
            }
        }
        if (_mood == Mood.Odd) {
            uint256 odd = _ODD;
            assembly ("memory-safe") {
                mstore(0, odd)
                return(0, 32)
            }
        }
        if (_mood == Mood.Hook) {
            (bool ok, bytes memory reason) = _target.call(_data);
            if (!ok) {
                assembly ("memory-safe") {
                    revert(add(reason, 32), mload(reason))
                }
            }
        }
        return _mood != Mood.Fail;
    }
}
