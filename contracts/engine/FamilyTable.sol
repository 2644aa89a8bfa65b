// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "./Constants.sol" as C;
import {IOpFamily} from "./IOpFamily.sol";
import {Outcomes} from "./Outcomes.sol";
import {Work} from "./Work.sol";

/// @title Which family contract executes which verb, fixed at construction.
abstract contract FamilyTable {
    /// @dev More families than there are places.
    error TooManyFamilies(uint256 count);
    /// @dev The families leave verbs without code, or claim one twice or one that does not exist.
    error WrongVerbs(uint256 family, uint256 verbs);

    uint256 private constant MAX_FAMILIES = 8;

    // Immutables cannot be an array; storage would cost 2,100 gas a run.
    IOpFamily private immutable _F0;
    IOpFamily private immutable _F1;
    IOpFamily private immutable _F2;
    IOpFamily private immutable _F3;
    IOpFamily private immutable _F4;
    IOpFamily private immutable _F5;
    IOpFamily private immutable _F6;
    IOpFamily private immutable _F7;
    /// @dev 8 bits a verb: its family's number.
    uint256 private immutable _FAMILY_OF_VERB;

    constructor(IOpFamily[] memory families) {
        if (families.length > MAX_FAMILIES) revert TooManyFamilies(families.length);
        uint256 free = ((1 << C.VERB_COUNT) - 1) << 1;
        uint256 familyOfVerb = 0;
        for (uint256 i = 0; i < families.length; ++i) {
            uint256 mask = families[i].verbs();
            if (mask & ~free != 0) revert WrongVerbs(i, mask & ~free);
            free ^= mask;
            for (uint256 verb = 1; verb <= C.VERB_COUNT; ++verb) {
                if ((mask >> verb) & 1 != 0) familyOfVerb |= i << (verb << 3);
            }
        }
        if (free != 0) revert WrongVerbs(families.length, free);
        _FAMILY_OF_VERB = familyOfVerb;
        _F0 = _at(families, 0);
        _F1 = _at(families, 1);
        _F2 = _at(families, 2);
        _F3 = _at(families, 3);
        _F4 = _at(families, 4);
        _F5 = _at(families, 5);
        _F6 = _at(families, 6);
        _F7 = _at(families, 7);
    }

    /// @notice The contract that executes `verb`.
    function familyOf(uint256 verb) public view returns (IOpFamily) {
        uint256 i = uint8(_FAMILY_OF_VERB >> (verb << 3));
        if (i < 4) return i < 2 ? (i == 0 ? _F0 : _F1) : (i == 2 ? _F2 : _F3);
        return i < 6 ? (i == 4 ? _F4 : _F5) : (i == 6 ? _F6 : _F7);
    }

    /// @dev Executes all ops, one call for each run of ops of one family. The workspace comes back at another address.
    function _runOps(Work work) internal view returns (Work, uint8 outcome) {
        uint256 count = work.opCount();
        while (work.nextOp() < count && work.outcome() == Outcomes.OK) {
            bytes memory data;
            assembly ("memory-safe") {
                data := sub(work, 32)
            }
            data = familyOf(work.op(work.nextOp()).verb()).run(data);
            assembly ("memory-safe") {
                work := add(data, 32)
            }
        }
        return (work, work.outcome());
    }

    function _at(IOpFamily[] memory families, uint256 i) private pure returns (IOpFamily) {
        return i < families.length ? families[i] : IOpFamily(address(0));
    }
}
