import { InvalidArgumentError } from 'commander';

/** Reads a number that counts something, such as a version.
 * @throws InvalidArgumentError for anything but a whole number of at most 9 digits
 */
export function parseWholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}
