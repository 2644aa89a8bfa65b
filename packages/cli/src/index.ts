export { main, type Surroundings } from "./main.ts";
export { complaint, EXIT_CODES, type Complaint, type ExitCode } from "./exit-code.ts";
export { amountOut, planReplay, type Plan, type PlannedSwap, type Trader } from "./replay/plan.ts";
export { readSwaps, type SwapFile, type SwapRow } from "./replay/rows.ts";
export { disputeTree } from "./inspect/dispute.ts";
export { drawTree, type TreeNode } from "./inspect/tree.ts";
