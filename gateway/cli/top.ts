import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { AdminClient, AdminFlags } from './admin-client.ts';
import { atGateway } from './at-gateway.ts';
import { printTable } from './print-table.ts';
import type { Output, Terminal } from './terminal.ts';
import { untilStopped } from './until-stopped.ts';

export interface TopOptions {
  readonly admin: AdminFlags;
  /** How far back is looked. */
  readonly windowMs: number;
  /** Rows of each table. Default: 10, or as many as there is room for. */
  readonly rows: number | undefined;
  /** Whether to look once instead of until stopped. */
  readonly once: boolean;
  readonly json: boolean;
}

const counts = z.looseObject({
  requests: z.number(),
  errors: z.number(),
  failures: z.number(),
  p50Ms: z.number().optional(),
  p95Ms: z.number().optional(),
  p99Ms: z.number().optional(),
});
const named = counts.extend({ name: z.string().optional() });
const trafficShape = z.looseObject({
  windowMs: z.number().positive(),
  total: counts,
  operations: z.array(named.extend({ hash: z.string() })),
  clients: z.array(named),
  subgraphs: z.array(named),
});

type Counts = z.output<typeof counts>;

const pauseMs = 1_000;
const rowsMost = 10;
const tables = 3;
/** Above and below the rows: two lines of the whole, and of each table its head and the line before it. */
const linesAround = 2 + tables * 2;
const sequence = '\u001b[';
/** Begins at the top of the screen; what was there is written over, as to clear it first would flicker. */
const top = `${sequence}H`;
const restOfLine = `${sequence}K`;
const restOfScreen = `${sequence}J`;

/** Prints what a gateway does at the moment, again and again until stopped; resolves to the exit code. */
export function showTop(options: TopOptions, terminal: Terminal): Promise<number> {
  const { stdout } = terminal;
  const isLive = stdout.isTerminal && !options.once && !options.json;
  return atGateway(options.admin, terminal, async (client) => {
    const stopped = isLive ? untilStopped(terminal) : undefined;
    if (isLive) stdout.write(`${sequence}2J`);
    do {
      const screen = await draw(client, options, terminal);
      stdout.write(isLive ? paint(screen, stdout) : screen);
    } while (stopped !== undefined && (await Promise.race([stopped, delay(pauseMs)])) === undefined);
  });
}

async function draw(client: AdminClient, options: TopOptions, { stdout }: Terminal): Promise<string> {
  const { data: traffic } = trafficShape.safeParse(await client.readTraffic(options.windowMs));
  if (traffic === undefined) throw new Error('What answers there is no admin port of a gateway of this version.');
  if (options.json) return `${JSON.stringify(traffic)}\n`;
  const { total, operations, clients, subgraphs, windowMs } = traffic;
  const { colors } = stdout;
  const rowsOfTable = options.rows ?? roomFor(stdout);
  const lines: string[] = [];
  const output: Output = { ...stdout, write: (text) => void lines.push(text) };
  const rate = ({ requests }: Counts) => toRate((requests * 1_000) / windowMs);
  const share = ({ requests, errors }: Counts) => `${((errors * 100) / Math.max(1, requests)).toFixed(1)} %`;
  const times = ({ p50Ms, p95Ms, p99Ms }: Counts) => [p50Ms, p95Ms, p99Ms].map(toMs);
  const print = (title: string, of: readonly Counts[], nameOf: (one: Counts) => string) => {
    lines.push('\n');
    const rows = of.slice(0, rowsOfTable).map((one) => [rate(one), ...times(one), share(one), nameOf(one)]);
    printTable(['RATE', 'P50', 'P95', 'P99', 'ERRORS', title], rows, output);
  };
  const [p50 = '-', p95 = '-', p99 = '-'] = times(total);
  lines.push(
    `${colors.bold(rate(total))} over ${windowMs / 1_000} s, errors ${total.errors > 0 ? colors.red(share(total)) : share(total)}, p50 ${p50}, p95 ${p95}, p99 ${p99}\n`,
  );
  print('OPERATION', operations, ({ name, hash }) => String(name ?? hash));
  print('SUBGRAPH', subgraphs, ({ name }) => String(name));
  print('CLIENT', clients, ({ name }) => (name === '' ? '(no name)' : String(name)));
  return lines.join('');
}

/** How many rows each table may have. */
function roomFor({ rows }: Output): number {
  if (rows === undefined) return rowsMost;
  return Math.max(1, Math.min(rowsMost, Math.floor((rows - 1 - linesAround) / tables)));
}

/** Lines that are wider than the screen would take two. */
function paint(screen: string, { columns = Number.POSITIVE_INFINITY }: Output): string {
  const lines = screen.split('\n').map((line) => (line.includes(sequence) ? line : line.slice(0, columns)));
  return top + lines.join(`${restOfLine}\n`) + restOfScreen;
}

/** Little is not nothing. */
function toRate(perSecond: number): string {
  return perSecond > 0 && perSecond < 0.05 ? '<0.1/s' : `${perSecond.toFixed(1)}/s`;
}

function toMs(ms: number | undefined): string {
  if (ms === undefined) return '-';
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}
