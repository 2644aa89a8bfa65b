/** A dispute as a tree: the claim, its seats, each line with its traces and picked segments. Pure. */
import { type Path, lastPick, parentOf, picksOf, toPath } from "@lakh/protocol";
import type { ClaimEvent, ClaimInfo } from "@lakh/sdk";

import type { TreeNode } from "./tree.ts";

/** @param events of this claim, in order */
export function disputeTree({ id, head, status }: ClaimInfo, events: readonly ClaimEvent[]): TreeNode {
  const root = node(`claim ${id} up to entry ${head.endEntry} (L = ${head.levels}) by ${head.proposer}: ${status}`);
  const lines = new Map<string, Line>();
  const lineOf = (owner: string): Line => {
    const known = lines.get(owner);
    if (known) return known;
    const made = new Line(owner, root);
    lines.set(owner, made);
    return made;
  };
  for (const event of events) place(event, root, lineOf);
  return root;
}

const node = (text: string): TreeNode => ({ text, children: [] });

/** A line's nodes: of its traces by path, and of the segments picked. */
class Line {
  readonly node: TreeNode;
  private readonly traces = new Map<Path, TreeNode>();
  private readonly segments = new Map<string, TreeNode>();

  constructor(owner: string, root: TreeNode) {
    this.node = node(`line of ${owner}`);
    root.children.push(this.node);
  }

  /** Opens the trace at `path`: the line itself, or the answer to a picked segment. */
  open(path: Path, sent: number): void {
    const trace = node(`trace [${picksOf(path).join(", ")}]: ${sent} element${sent === 1 ? "" : "s"} sent`);
    const above = picksOf(path).length === 0 ? this.node : this.segment(parentOf(path), lastPick(path));
    above.children.push(trace);
    this.traces.set(path, trace);
  }

  /** The segment `j` of the trace at `path`. */
  segment(path: Path, j: number): TreeNode {
    const key = `${path} ${j}`;
    const known = this.segments.get(key);
    if (known) return known;
    const made = node(`segment ${j}`);
    (this.traces.get(path) ?? this.node).children.push(made);
    this.segments.set(key, made);
    return made;
  }
}

function place(event: ClaimEvent, root: TreeNode, lineOf: (owner: string) => Line): void {
  const say = (where: TreeNode, text: string): void => {
    where.children.push(node(text));
  };
  switch (event.eventName) {
    case "Challenged":
      return say(root, `seat of ${event.args.seat}`);
    case "TraceOpened":
      return lineOf(event.args.owner).open(toPath(event.args.path), event.args.elements.length);
    case "Picked": {
      const { owner, path, j, seat, joined } = event.args;
      return say(lineOf(owner).segment(toPath(path), Number(j)), `${joined ? "joined" : "picked"} by ${seat}`);
    }
    case "StepDisproved": {
      const { owner, path, j, killer, claimed, actual } = event.args;
      const where = lineOf(owner).segment(toPath(path), Number(j));
      return say(where, `disproved by ${killer}: the step gives ${actual}, not ${claimed}: the line is dead`);
    }
    case "LineTimedOut": {
      const { owner, path, j, killer } = event.args;
      const where = lineOf(owner).segment(toPath(path), Number(j));
      return say(where, `not answered in time: the line is dead, killed by ${killer}`);
    }
    case "Settled":
      return say(root, `settled: ${event.args.status === 2 ? "upheld" : "refuted"}`);
    case "ClaimConfirmed":
      return say(root, "confirmed");
    case "ClaimVoided":
      return say(root, "void: an ancestor fell");
    case "BondCollected": {
      const { payer, to, credited, burned } = event.args;
      return say(root, `bond of ${payer}: ${credited} wei to ${to}, ${burned} burned`);
    }
    case "ClaimMade":
    case "Withdrawn":
      return;
  }
}
