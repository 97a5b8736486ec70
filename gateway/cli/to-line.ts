/** What a terminal obeys, or shows in another order than it stands in the text. */
const commands = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;

/** A text that somebody else wrote as one line that a terminal only shows. */
export function toLine(text: string): string {
  return text.replace(commands, ' ').trim();
}
