// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import "../Constants.sol" as C;
import {load, store} from "../Memory.sol";
import {Outcomes} from "../Outcomes.sol";
import {Sessions} from "../Sessions.sol";
import {Leaf, Work} from "../Work.sol";

library ClearSessionKey {
    /// @dev Removes the session key.
    function clearSessionKey(Work work) internal pure returns (uint8) {
        Leaf signer = work.signer();
        uint256 flag = work.record(signer) + C.ACCOUNT_AT_HAS_SESSION;
        if (load(flag, 1) == 0) return Outcomes.NO_SESSION;
        Sessions.resize(work, signer, 0);
        store(flag, 1, 0);
        return Outcomes.OK;
    }
}
