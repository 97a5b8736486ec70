import { z } from 'zod';
import type { AdminClient, AdminFlags } from './admin-client.ts';
import { atGateway } from './at-gateway.ts';
import { exitCodes } from './exit-codes.ts';
import { printTable } from './print-table.ts';
import type { Terminal } from './terminal.ts';

const level = z.object({ asked: z.number(), found: z.number() });
const store = z.looseObject({
  entries: z.number(),
  bytes: z.number(),
  bytesMost: z.number(),
  memory: level,
  redis: level.extend({ isUp: z.boolean() }).optional(),
});
const reportShape = z.object({ stores: z.array(store) });
const purgedShape = z.object({ told: z.boolean() });

/** Prints what each process of a gateway stores; resolves to the exit code. */
export function inspectCache(
  { admin, json }: { readonly admin: AdminFlags; readonly json: boolean },
  terminal: Terminal,
): Promise<number> {
  const { stdout, stderr } = terminal;
  return atGateway(admin, terminal, async (client) => {
    const { stores } = expect(reportShape, await client.readCache());
    if (json) {
      stdout.write(`${JSON.stringify({ stores }, undefined, 2)}\n`);
      return;
    }
    printTable(['ENTRIES', 'MEMORY', 'OF', 'FOUND', 'REDIS', 'FOUND THERE'], stores.map(toRow), stdout);
    if (stores.length === 0) stderr.write('Nothing is stored. Set cache.response.enabled or cache.entity.enabled.\n');
  });
}

/** Has gateways forget what is stored under names; resolves to the exit code. */
export function purgeCache(
  { admin, named }: { readonly admin: AdminFlags; readonly named: unknown },
  terminal: Terminal,
): Promise<number> {
  const purge = async (client: AdminClient) => {
    const { told } = expect(purgedShape, await client.purgeCache(named));
    terminal.stderr.write(
      told
        ? 'It is forgotten.\n'
        : 'This gateway has forgotten it. The Redis of cache.store cannot be used: others are told as soon as it can.\n',
    );
  };
  return atGateway(admin, terminal, purge, exitCodes.usage);
}

function expect<Shape extends z.ZodType>(shape: Shape, answer: unknown): z.output<Shape> {
  const { data } = shape.safeParse(answer);
  if (data === undefined) throw new Error('What answers there is no admin port of a gateway of this version.');
  return data;
}

function toRow({ entries, bytes, bytesMost, memory, redis }: z.output<typeof store>): readonly string[] {
  const state = redis === undefined ? 'none' : redis.isUp ? 'up' : 'down';
  return [String(entries), toSize(bytes), toSize(bytesMost), toShare(memory), state, toShare(redis)];
}

function toSize(bytes: number): string {
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} kb` : `${(bytes / 1024 ** 2).toFixed(1)} mb`;
}

function toShare(level: { readonly asked: number; readonly found: number } | undefined): string {
  if (level === undefined || level.asked === 0) return '-';
  return `${((100 * level.found) / level.asked).toFixed(1)}% of ${level.asked}`;
}
