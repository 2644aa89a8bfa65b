export { runDevnet, type DevnetRun } from "./devnet.ts";
export { openFront, type Front } from "./front.ts";
export { keyOf, ROLES } from "./keys.ts";
export { Ledger, type Row } from "./ledger.ts";
export { createLiar, lyingTruth, type LiarConfig, type LiarDeps, type Lie } from "./liar.ts";
export { devnetOptions, type DevnetOptions } from "./options.ts";
export { person, type Person } from "./people.ts";
export { startStack, type Stack } from "./stack.ts";
export { tellStory, type StorySettings } from "./story/story.ts";
