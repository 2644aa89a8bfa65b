// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A family of ops: stateless code that the step verifier hands its workspace to.
/// @notice A module adds ops by adding a family; the core knows verbs only as bits.
interface IOpFamily {
    /// @notice Bit v: verb v is executed here.
    function verbs() external pure returns (uint256 mask);

    /// @notice Executes ops from `nextOp` on, up to the first that fails or is not of this family.
    /// @param work a workspace (`Work.sol`) whose next op is of this family
    /// @return the workspace afterwards, of the same size: `nextOp` behind the last op executed, `outcome` the first failure
    function run(bytes memory work) external pure returns (bytes memory);
}
