import { InvalidArgumentError } from 'commander';

/** Reads the port of a flag.
 * @throws InvalidArgumentError for anything but 0 to 65535.
 */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  return port;
}
