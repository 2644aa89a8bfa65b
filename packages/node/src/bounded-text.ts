/** Answers of others, whose end is not believed in. */

export class AnswerTooLong extends Error {}

/** The text of an answer. @throws AnswerTooLong as soon as it has more than `most` bytes */
export async function boundedText(response: Response, most: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > most) throw new AnswerTooLong(`gives more than ${most} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
