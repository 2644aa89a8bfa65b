// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * What a user of a plain chain would swap with: a constant-product pair with a fee of 0.3 %, both tokens held inside so that a
 * swap is one call without transfers of other contracts. That is cheaper than Uniswap v2, in the peers' favour.
 */
contract Pair {
    error LimitNotMet(uint256 got, uint256 least);

    mapping(address owner => uint128[2] amounts) public balances;
    mapping(address owner => uint256 amount) public shares;
    uint128[2] public reserves = [uint128(1e24), uint128(1e24)];
    uint256 public totalShares = 1e24;

    /// Gives everybody named the same of both tokens.
    function fund(address[] calldata owners, uint128 amount) external {
        for (uint256 i = 0; i < owners.length; i++) {
            balances[owners[i]] = [amount, amount];
            shares[owners[i]] = amount;
        }
    }

    function swap(uint256 sideIn, uint128 amountIn, uint128 least) external {
        uint256 afterFee = uint256(amountIn) * 997;
        uint256 reserveOut = reserves[1 - sideIn];
        uint128 out = uint128((afterFee * reserveOut) / (uint256(reserves[sideIn]) * 1000 + afterFee));
        if (out < least) revert LimitNotMet(out, least);
        balances[msg.sender][sideIn] -= amountIn;
        balances[msg.sender][1 - sideIn] += out;
        reserves[sideIn] += amountIn;
        reserves[1 - sideIn] -= out;
    }

    function addLiquidity(uint128 amount) external {
        uint128 amount1 = uint128((uint256(amount) * reserves[1]) / reserves[0]);
        uint256 made = (uint256(amount) * totalShares) / reserves[0];
        balances[msg.sender][0] -= amount;
        balances[msg.sender][1] -= amount1;
        reserves[0] += amount;
        reserves[1] += amount1;
        totalShares += made;
        shares[msg.sender] += made;
    }
}
