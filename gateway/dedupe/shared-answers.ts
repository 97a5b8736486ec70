import type { ExecutionResult } from 'graphql';
import { TextAnswer } from '../execute/text-answer.ts';
import { noteHeld, toKept } from '../lib/held-bytes.ts';

/** The bodies of answers that go to several clients, each text when the first of them wants it. */
const bodies = new WeakMap<ExecutionResult, Buffer | undefined>();

/** Says that an answer goes to several clients. */
export function shareAnswer(answer: ExecutionResult): void {
  bodies.set(answer, undefined);
}

/**
 * The body of an answer, by `write`. Where the answer goes to several clients, all get the same bytes; where it does not, it is gone
 * afterwards.
 */
export function bodyOf(answer: ExecutionResult, write: (answer: ExecutionResult) => string): string | Buffer {
  const known = bodies.get(answer);
  if (known !== undefined) return known;
  const text = write(answer);
  if (!bodies.has(answer)) {
    TextAnswer.letGo(answer);
    return text;
  }
  const body = toKept(Buffer.from(text));
  bodies.set(answer, body);
  noteHeld(answer, body.length, body);
  return body;
}
