import { createJudge, type ClaimView, type GameView, type Truth } from "@lakh/service";

/**
 * False claims that nobody beat in time: those upheld, and the latest confirmed one. Nothing on L1 helps against them any
 * more, people must know.
 */
export async function standingLies(view: GameView, truth: Truth): Promise<ClaimView[]> {
  const claims = [...view.claims.values()];
  const confirmed = claims.filter(({ status }) => status === "Confirmed");
  const latest = confirmed.toSorted((a, b) => Number(b.head.endEntry - a.head.endEntry)).slice(0, 1);
  const judge = createJudge(view, truth);
  const lies: ClaimView[] = [];
  for (const claim of [...claims.filter(({ status }) => status === "Upheld"), ...latest]) {
    if ((await judge(claim)) === "false") lies.push(claim);
  }
  return lies;
}
