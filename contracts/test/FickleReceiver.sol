// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A contract wallet that can misbehave when it is paid.
contract FickleReceiver {
    /// @notice What to do when ether comes.
    enum Mood {
        Accept,
        Refuse,
        /// Accept, and answer with 100 kB.
        Bomb,
        /// Refuse, and answer with 100 kB.
        RefuseWithBomb,
        /// Burn all gas.
        Burn,
        /// Write four slots, some 90,000 gas: an honest, heavy receiver.
        Heavy,
        /// Write more than the stipend allows.
        TooHeavy,
        /// Make the call set by {setHook} and refuse when it fails.
        Hook
    }

    uint256 private constant _BOMB_BYTES = 100_000;
    uint256 private constant _HEAVY_SLOTS = 3;
    uint256 private constant _TOO_HEAVY_SLOTS = 8;

    Mood private _mood;
    address private _target;
    bytes private _data;
    uint256 private _used;
    mapping(uint256 slot => uint256 value) private _slots;

    /// @notice The payment was refused.
    error Refused();

    receive() external payable {
        _react(_mood);
    }

    /// @notice Sets what to do when ether comes.
    function setMood(Mood mood) external {
        _mood = mood;
    }

    /// @notice Sets the call to make when ether comes.
    function setHook(address target, bytes calldata data) external {
        _mood = Mood.Hook;
        _target = target;
        _data = data;
    }

    /// @notice Calls `target` in this contract's name, with the value sent.
    function execute(address target, bytes calldata data) external payable {
        _forward(target, msg.value, data);
    }

    function _react(Mood mood) private {
        if (mood == Mood.Refuse) revert Refused();
        if (mood == Mood.Burn) while (true) {}
        if (mood == Mood.Heavy) _write(_HEAVY_SLOTS);
        if (mood == Mood.TooHeavy) _write(_TOO_HEAVY_SLOTS);
        if (mood == Mood.Hook) _forward(_target, 0, _data);
        if (mood == Mood.Bomb) {
            assembly ("memory-safe") {
                return(0, _BOMB_BYTES)
            }
        }
        if (mood == Mood.RefuseWithBomb) {
            assembly ("memory-safe") {
                revert(0, _BOMB_BYTES)
            }
        }
    }

    function _write(uint256 count) private {
        for (uint256 i = 0; i < count; i++) _slots[_used + i] = 1;
        _used += count;
    }

    function _forward(address target, uint256 value, bytes memory data) private {
        (bool ok, bytes memory reason) = target.call{value: value}(data);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(reason, 32), mload(reason))
            }
        }
    }
}
