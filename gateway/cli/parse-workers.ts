import { InvalidArgumentError } from 'commander';

/** How many workers a flag asks for. */
export function parseWorkers(text: string): number | 'auto' {
  if (text === 'auto') return text;
  const count = Number(text);
  if (/^\d{1,4}$/.test(text) && count >= 1 && count <= 1_024) return count;
  throw new InvalidArgumentError('It must be auto or a number from 1 to 1024.');
}
