import { Refusal } from '../../refusal.ts';

/**
 * A version's number, as a path or a query has it.
 * @throws Refusal `NOT_FOUND`
 */
export function readNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Refusal('NOT_FOUND', 'A version is named by its number, counted from 1.');
}
