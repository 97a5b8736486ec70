import { z } from 'zod';
import { printGraphRef } from '../../../schema/feed/graph-ref.ts';
import type { Terminal } from '../terminal.ts';
import { refShape } from './answer-shapes.ts';
import { atRegistry } from './at-registry.ts';
import type { AuditFlags } from './audit-command.ts';
import { formatTime } from './format-time.ts';
import { printList } from './print-list.ts';

const entryShape = z.looseObject({
  at: z.number(),
  author: z.looseObject({ name: z.string() }),
  action: z.string(),
  ref: refShape.optional(),
  details: z.record(z.string(), z.unknown()),
});

/** Prints the log of who did what; resolves to the exit code. */
export function printAudit(flags: AuditFlags, terminal: Terminal): Promise<number> {
  return atRegistry(flags, terminal, async (client) => {
    const { graph, limit, from, json } = flags;
    // Who has a graph in the environment for other commands may want to see all here.
    const ref = graph === undefined ? undefined : printGraphRef(graph);
    const answer = await client.ask({ path: ['audit'], query: { ref, limit, from } });
    const head = ['WHEN', 'BY', 'ACTION', 'GRAPH', 'DETAILS'];
    printList(answer, { shape: entryShape, head, toRow, json: json === true }, terminal);
  });
}

function toRow({ at, author, action, ref, details }: z.output<typeof entryShape>): readonly string[] {
  const graph = ref === undefined ? '-' : printGraphRef(ref);
  const told = Object.entries(details)
    .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${name}=${shorten(typeof value === 'string' ? value : JSON.stringify(value))}`);
  return [formatTime(at), author.name, action, graph, told.join(' ')];
}

/** Whole digests and messages are for --json. */
function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
