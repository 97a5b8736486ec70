import { z } from 'zod';
import { printTable } from '../print-table.ts';
import type { Terminal } from '../terminal.ts';
import { toLine } from '../to-line.ts';
import { printJson } from './print-json.ts';
import { readAnswer } from './read-answer.ts';

interface PrintedList<Item extends z.ZodType> {
  readonly shape: Item;
  readonly head: readonly string[];
  readonly toRow: (item: z.output<Item>) => readonly string[];
  readonly json: boolean;
}

/** Writes a list that a registry answered, or a page of one, as a table or as it is. */
export function printList<Item extends z.ZodType>(
  answer: unknown,
  { shape, head, toRow, json }: PrintedList<Item>,
  { stdout, stderr }: Terminal,
): void {
  const { items, next } = readAnswer(z.looseObject({ items: z.array(shape), next: z.string().optional() }), answer);
  if (json) {
    printJson(answer, stdout);
    return;
  }
  printTable(head, items.map(toRow), stdout);
  if (next !== undefined) stderr.write(`There is more: add --from ${toLine(next)}\n`);
}
