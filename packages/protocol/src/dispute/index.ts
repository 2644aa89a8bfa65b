export {
  CLAIM_STATUS,
  LINE_STATUS,
  claimId,
  genesisHead,
  lineId,
  traceId,
  type ClaimHead,
  type ClaimStatus,
  type LineStatus,
} from "./claim.ts";
export { challengeEnd, decidedBy, pickEnd, traceEnd, type Windows } from "./clock.ts";
export {
  capacity,
  levelsFor,
  segmentRange,
  stepsPerSegment,
  traceRange,
  traceSteps,
  type StepRange,
} from "./dissection.ts";
export { MAX_PATH, ROOT, childOf, lastPick, parentOf, pathLength, pathOf, picksOf, toPath, type Path } from "./path.ts";
export {
  buildTrace,
  climb,
  elementAt,
  firstDifference,
  openedHash,
  proveElement,
  segmentAt,
  type Segment,
  type Trace,
} from "./trace.ts";
