export { systemClock, type Clock } from "./clock.ts";
export {
  CodedError,
  errorFields,
  fatal,
  hasCode,
  reset,
  retry,
  withoutPaths,
  type ErrorData,
  type Severity,
} from "./errors.ts";
export { FAIL_POINTS, failPoint, type FailPoint } from "./fail-point.ts";
export { createHealth, type Health, type HealthReport } from "./health.ts";
export { jsonComplaint } from "./json-complaint.ts";
export { isLocalChain, loadKey, type KeySource } from "./key.ts";
export { asL1Error, connectL1, isUnreachable, onL1, reasonOf, type L1, type L1Config } from "./l1/client.ts";
export { fileJournal, memoryJournal, type Journal } from "./l1/journal.ts";
export { CheckedProvider } from "./l1/provider.ts";
export { decodeRevert, isRevert, type Revert } from "./l1/revert.ts";
export {
  createSender,
  MAX_TRANSACTION_GAS,
  type Call,
  type Sender,
  type SenderConfig,
  type SenderDeps,
} from "./l1/sender.ts";
export { bumpedFees, DEFAULT_FEES, feesFor, type FeePolicy, type Fees } from "./l1/fees.ts";
export { blobBaseFee, type Sidecar, type SidecarForm } from "./l1/blobs.ts";
export { createLifecycle, stopOnSignals, type Lifecycle } from "./lifecycle.ts";
export { takeLock } from "./lock.ts";
export { createLog, LOG_LEVELS, silentLog, type Log, type LogConfig, type LogLevel } from "./log.ts";
export { addGauge, addProcessMetrics, createRegistry, type Registry } from "./metrics.ts";
export { serveMonitor, type Monitor, type MonitorConfig } from "./monitor.ts";
export { l1Options, senderOptions, serviceOptions } from "./options/common.ts";
export {
  address,
  choice,
  gwei,
  integer,
  optional,
  path,
  secret,
  text,
  toggle,
  url,
  type About,
} from "./options/kinds.ts";
export { flagOf, prefixOf, variableOf, type Option, type Options, type OptionTable } from "./options/option.ts";
export { readOptions, type OptionSources } from "./options/read.ts";
export { optionsHelp, shownOptions } from "./options/show.ts";
export { backoffMilliseconds, runStepper, type StepperLoop, type StepReport, type Stepper } from "./stepper.ts";
export {
  daemonOptions,
  runDaemon,
  type DaemonConfig,
  type DaemonParts,
  type RunningDaemon,
  type RunParts,
} from "./daemon.ts";
export { loadDeployment } from "./deployment.ts";
export { decide } from "./game/decide.ts";
export { answer, defend, DEFENCE } from "./game/defence.ts";
export { parseGameEvent, type BondKind, type GameEvent } from "./game/events.ts";
export { applyEvents, type Claims as ClaimViews } from "./game/fold.ts";
export { encodeMove, type Action, type Move } from "./game/moves.ts";
export { ownTrace } from "./game/own-trace.ts";
export { createPlayer, marginOf, type Player, type PlayerConfig } from "./game/player.ts";
export { concerns, type Position, type Rule } from "./game/position.ts";
export { createGameReader, type GameReader, type GameReaderConfig } from "./game/reader.ts";
export { createJudge, spanOf, type ClaimSpan, type StepProof, type Truth, type Verdict } from "./game/truth.ts";
export { collect, confirm, settle, UPKEEP, voidClaim } from "./game/upkeep.ts";
export {
  ancestry,
  openPicks,
  parentClaim,
  treeOf,
  type ClaimView,
  type GameRules,
  type GameView,
  type LineView,
  type PickView,
  type SeatView,
  type TraceView,
} from "./game/view.ts";
