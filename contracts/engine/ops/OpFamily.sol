// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IOpFamily} from "../IOpFamily.sol";
import {Outcomes} from "../Outcomes.sol";
import {Op, Work} from "../Work.sol";

/// @title The loop that all families share.
abstract contract OpFamily is IOpFamily {
    /// @inheritdoc IOpFamily
    function verbs() public pure virtual returns (uint256 mask);

    /// @inheritdoc IOpFamily
    function run(bytes memory data) external pure returns (bytes memory) {
        Work work;
        assembly ("memory-safe") {
            work := add(data, 32)
        }
        uint256 mine = verbs();
        uint256 count = work.opCount();
        uint256 i = work.nextOp();
        for (; i < count && work.outcome() == Outcomes.OK; ++i) {
            Op op = work.op(i);
            if ((mine >> op.verb()) & 1 == 0) break;
            work.setOutcome(_execute(work, op));
        }
        work.setNextOp(i);
        return data;
    }

    /// @dev Executes one op of this family.
    function _execute(Work work, Op op) internal pure virtual returns (uint8 outcome);
}
