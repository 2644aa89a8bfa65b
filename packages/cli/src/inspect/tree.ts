/** Trees as text. */

export interface TreeNode {
  readonly text: string;
  readonly children: TreeNode[];
}

/** `├─` and `└─`, a line a node. */
export function drawTree({ text, children }: TreeNode): string {
  return [text, ...drawChildren(children, "")].join("\n");
}

function drawChildren(children: readonly TreeNode[], indent: string): string[] {
  return children.flatMap(({ text, children: below }, i) => {
    const isLast = i === children.length - 1;
    return [`${indent}${isLast ? "└─" : "├─"} ${text}`, ...drawChildren(below, indent + (isLast ? "   " : "│  "))];
  });
}
