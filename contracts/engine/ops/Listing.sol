// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {read} from "../Memory.sol";
import {Outcomes} from "../Outcomes.sol";
import {Records} from "../Records.sol";
import {Work} from "../Work.sol";

/// @title The queue item that makes an asset of a token.
library Listing {
    /// @dev Bytes of the item, its kind included.
    uint256 internal constant SIZE = 22;

    /// @dev Executes the listing at calldata offset `pos`.
    function listing(Work work, uint256 pos) internal pure returns (uint8) {
        if (Records.objectsFull(work)) return Outcomes.OBJECTS_FULL;
        Records.createAsset(work, read(pos + 1, 20), read(pos + 21, 1));
        return Outcomes.OK;
    }
}
