import { disputeTree, drawTree } from "@lakh/cli";
import type { ClaimEvent, ClaimInfo } from "@lakh/sdk";
import { expect } from "chai";

const claim = {
  id: "0xc1",
  head: { endEntry: 4n, levels: 3, proposer: "0xLiar" },
  status: "Refuted",
} as unknown as ClaimInfo;
const event = (eventName: string, args: Record<string, unknown>): ClaimEvent =>
  ({ eventName, args }) as unknown as ClaimEvent;
const [owner, seat] = ["0xLiar", "0xHero"];

describe("disputeTree", () => {
  it("hangs traces under the segments that they answer, three levels deep, lines apart", () => {
    const tree = disputeTree(claim, [
      event("ClaimMade", {}),
      event("Challenged", { seat }),
      event("TraceOpened", { owner, path: 0, elements: ["0x1"] }),
      event("TraceOpened", { owner: "0xFriend", path: 0, elements: ["0x1", "0x2"] }),
      event("Picked", { owner, seat, path: 0, j: 7n, joined: false }),
      event("TraceOpened", { owner, path: 7, elements: ["0x1", "0x2", "0x3"] }),
      event("Picked", { owner, seat, path: 7, j: 2n, joined: true }),
      event("TraceOpened", { owner, path: 7 * 65_536 + 2, elements: ["0x1"] }),
      event("StepDisproved", { owner, path: 7 * 65_536 + 2, j: 9n, killer: seat, claimed: "0xaa", actual: "0xbb" }),
      event("LineTimedOut", { owner: "0xFriend", path: 0, j: 1n, killer: seat }),
      event("Settled", { status: 3, owner: "0x00" }),
    ]);
    expect(drawTree(tree).split("\n")).to.deep.equal([
      "claim 0xc1 up to entry 4 (L = 3) by 0xLiar: Refuted",
      "├─ seat of 0xHero",
      "├─ line of 0xLiar",
      "│  └─ trace []: 1 element sent",
      "│     └─ segment 7",
      "│        ├─ picked by 0xHero",
      "│        └─ trace [7]: 3 elements sent",
      "│           └─ segment 2",
      "│              ├─ joined by 0xHero",
      "│              └─ trace [7, 2]: 1 element sent",
      "│                 └─ segment 9",
      "│                    └─ disproved by 0xHero: the step gives 0xbb, not 0xaa: the line is dead",
      "├─ line of 0xFriend",
      "│  └─ trace []: 2 elements sent",
      "│     └─ segment 1",
      "│        └─ not answered in time: the line is dead, killed by 0xHero",
      "└─ settled: refuted",
    ]);
  });
});
