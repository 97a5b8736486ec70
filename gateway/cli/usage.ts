import { z } from 'zod';
import { type AdminClient, type AdminFlags, createAdminClient } from './admin-client.ts';
import { exitCodes } from './exit-codes.ts';
import { printTable } from './print-table.ts';
import type { Terminal } from './terminal.ts';

interface UsageOptions {
  readonly admin: AdminFlags;
  readonly client: string | undefined;
  readonly json: boolean;
}

/** More than anybody reads, and no more than fits into memory. */
const usesMax = 20_000;

const usageShape = z.object({
  rule: z.string(),
  subject: z.string(),
  unit: z.string(),
  used: z.number(),
  allowed: z.number(),
  remaining: z.number(),
  resetsAfter: z.number(),
});
const pageShape = z.object({ usage: z.array(z.looseObject(usageShape.shape)), cursor: z.string().optional() });

type Usage = z.output<typeof usageShape>;

/** Prints what is used of quotas and limits; resolves to the exit code. */
export async function printUsage({ admin, client, json }: UsageOptions, terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal;
  try {
    const { usage, isWhole } = await readUsage(createAdminClient(admin, terminal), client);
    if (json) stdout.write(`${JSON.stringify({ usage }, undefined, 2)}\n`);
    else printTable(['SUBJECT', 'RULE', 'USED', 'OF', 'LEFT', 'COMES BACK'], usage.map(toRow), stdout);
    if (!isWhole) stderr.write(`There is more: these are ${usesMax}. Name a --client to see all of it.\n`);
    return exitCodes.ok;
  } catch (error) {
    stderr.write(`${stderr.colors.red('error:')} ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.failed;
  }
}

/** Reads page by page; what changed meanwhile may be on two of them. */
async function readUsage(admin: AdminClient, client: string | undefined) {
  const found = new Map<string, Usage>();
  let cursor: string | undefined = '';
  while (cursor !== undefined && found.size < usesMax) {
    const query = new URLSearchParams({ cursor, ...(client !== undefined && { client }) });
    const page = pageShape.safeParse(await admin.readUsage(query));
    if (!page.success) throw new Error('What answers there is no admin port of a gateway of this version.');
    for (const use of page.data.usage) found.set(JSON.stringify([use.rule, use.subject]), use);
    cursor = page.data.cursor;
  }
  const usage = [...found.values()].sort((a, b) => b.used / b.allowed - a.used / a.allowed);
  return { usage: usage.slice(0, usesMax), isWhole: cursor === undefined };
}

function toRow({ subject, rule, used, allowed, remaining, resetsAfter, unit }: Usage): readonly string[] {
  const of = unit === 'cost' ? `${allowed} cost` : String(allowed);
  return [subject, rule, String(Math.ceil(used)), of, String(remaining), toSpan(resetsAfter)];
}

/** The two largest units of a time. */
function toSpan(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const;
  const first = units.findIndex(([, size]) => seconds >= size);
  const parts = units.slice(first === -1 ? 3 : first, first + 2);
  let rest = seconds;
  return parts
    .map(([unit, size]) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      return `${count}${unit}`;
    })
    .join(' ');
}
