import { z } from 'zod';
import { mergeGroups, usageDimensions } from '../../schema/feed/usage-group.ts';
import { createAdminClient } from './admin-client.ts';
import { exitCodes } from './exit-codes.ts';
import { atVariant } from './registry/at-registry.ts';
import { CommandLineError } from './registry/command-line-error.ts';
import { readAnswer } from './registry/read-answer.ts';
import { variantPath } from './registry/variant-path.ts';
import type { Terminal } from './terminal.ts';
import type { UsageExportFlags } from './usage-export-command.ts';
import { toPeriods, type UsagePeriod } from './usage-periods.ts';
import { createUsageWriter, type ExportedGroup, type UsageWriter } from './usage-writer.ts';

const group = {
  name: z.string(),
  requests: z.number(),
  errors: z.number(),
  cost: z.number(),
  bytes: z.number(),
  quota: z.number(),
  durations: z.record(z.string(), z.number()),
};
const keptShape = z.object({ items: z.array(z.object({ ...group, title: z.string().optional() })) });
const recentShape = z.object({
  sinceMs: z.number(),
  untilMs: z.number(),
  groups: z.array(z.object({ ...group, by: z.enum(usageDimensions) })),
});

type Kept = z.output<typeof keptShape>['items'][number];

/** Writes what requests came to; resolves to the exit code. */
export async function exportUsage(flags: UsageExportFlags, terminal: Terminal): Promise<number> {
  const { stdout, env } = terminal;
  const { by, format } = flags;
  const writer = createUsageWriter({ by, format, write: stdout.write });
  const isFromRegistry =
    flags.admin === undefined && (flags.registry !== undefined || Boolean(env['OVERLOCK_REGISTRY']));
  return isFromRegistry ? await exportKept(flags, terminal, writer) : await exportRecent(flags, terminal, writer);
}

function exportKept(flags: UsageExportFlags, terminal: Terminal, writer: UsageWriter): Promise<number> {
  const { by, graph, registry, token } = flags;
  const place = {
    ...(graph !== undefined && { graph }),
    ...(registry !== undefined && { registry }),
    ...(token !== undefined && { token }),
  };
  return atVariant(place, terminal, async (client, ref) => {
    const read = async ({ unit, atMs }: UsagePeriod['parts'][number]) => {
      const answer = await client.ask({ path: variantPath(ref, 'usage', 'groups'), query: { by, unit, at: atMs } });
      return readAnswer(keptShape, answer).items;
    };
    const periods = toPeriods(flags, Date.now());
    writer.begin();
    for (const period of periods) {
      const kept: Kept[] = [];
      for (const part of period.parts) kept.push(...(await read(part)));
      writer.write(period, merge(kept));
    }
    return exitCodes.ok;
  });
}

async function exportRecent(flags: UsageExportFlags, terminal: Terminal, writer: UsageWriter): Promise<number> {
  const { stderr } = terminal;
  try {
    assertRecent(flags);
    const { admin, token, by } = flags;
    const { data } = recentShape.safeParse(await createAdminClient({ admin, token }, terminal).readRecentUsage());
    if (data === undefined) throw new Error('What answers there is no admin port of a gateway of this version.');
    writer.begin();
    const { sinceMs: fromMs, untilMs: toMs } = data;
    writer.write(
      { fromMs, toMs },
      data.groups.filter((one) => one.by === by).sort((one, other) => other.requests - one.requests),
    );
    const since = new Date(fromMs).toISOString();
    stderr.write(
      `These are the requests since ${since}, from the memory of a gateway, which goes back an hour at most. A registry keeps them: name it with --registry.\n`,
    );
    return exitCodes.ok;
  } catch (error) {
    stderr.write(`${stderr.colors.red('error:')} ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof CommandLineError ? exitCodes.usage : exitCodes.failed;
  }
}

/** @throws CommandLineError for what only a registry can tell */
function assertRecent({ by, from, to }: UsageExportFlags): void {
  if (from !== undefined || to !== undefined) {
    throw new CommandLineError(
      'A gateway has the last hour only: leave out --from and --to, or name a registry with --registry.',
    );
  }
  if (by === 'field') {
    throw new CommandLineError('Only a registry knows what operations use of the schema: name one with --registry.');
  }
}

/** Several times as one, those with most requests first. */
function merge(kept: readonly Kept[]): readonly ExportedGroup[] {
  const titles = new Map(kept.map(({ name, title }) => [name, title]));
  return [...mergeGroups(kept.map((one) => ({ ...one, by: 'client' as const })))]
    .sort((one, other) => other.requests - one.requests)
    .map((one) => ({ ...one, title: titles.get(one.name) }));
}
