import { InvalidArgumentError } from 'commander';

/** Reads a name of one word.
 * @throws InvalidArgumentError when it is empty, has white space or more than 100 characters
 */
export function parseWord(text: string): string {
  if (/^\S{1,100}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be one word of at most 100 characters.');
}

/** Reads one more of the words that a flag takes. */
export function parseWords(text: string, former: readonly string[] = []): readonly string[] {
  return [...former, parseWord(text)];
}
