import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Kind, parse, print, type SelectionNode, visit } from 'graphql';
import { Pool } from 'undici';
import { type SentRequest, startConstantLoad } from '../test/support/constant-load.ts';
import { p99Of } from './chaos/report.ts';
import { createOverlock } from './harness/contenders.ts';
import { type GatewayProcess, leaveGatewayProcessor, startGateway } from './harness/gateway-process.ts';
import { applyLoad } from './harness/load.ts';
import { type Column, toTable } from './harness/table.ts';
import { queries } from './scenario/queries.ts';

const usage = `Floods a gateway with more heavy queries than its processor can answer, and a few light ones: a gateway as it is by default.

  npm run bench:overload -- [--times 4] [--copies 8] [--floods 3] [--seconds 30] [--main dist/main.js]

  --times     how many times as many requests as it can answer; all come, whether those before were answered or not
  --copies    how many times one operation asks the heavy query
  --floods    how often; each row is one flood, and the medians are judged
  --seconds   of each flood
  --main      the gateway's command line
`;

/** What is promised in a flood, and from five seconds after it. */
const bounds = { goodput: 0.8, refusedMs: 100, loopMs: 200 } as const;
const calmSeconds = 5;

const lightBody = JSON.stringify({ query: queries.light });
const connections = 50;
/** Light requests that come besides. */
const lightPerSecond = 20;

interface Answer {
  readonly status: number;
  readonly bytes: number;
}
type Sent = SentRequest<Answer>;

/** What came of one flood. */
interface Flood {
  /** Answered each second when as many are asked as can be: the mean of before and after. */
  readonly peak: number;
  readonly offered: number;
  /** Answered in full, each second, and as a part of the peak. */
  readonly answered: number;
  readonly goodput: number;
  readonly refusedMs: number;
  readonly answeredMs: number;
  readonly lightAnswered: number;
  readonly lightMs: number;
  readonly loopMs: number;
  /** Neither answered in full nor refused, in the flood; and not answered, once it was over for a while. */
  readonly broken: number;
  readonly brokenAfter: number;
}

const columns: readonly Column<Flood>[] = [
  { title: 'peak/s', cell: ({ peak }) => peak.toFixed(0) },
  { title: 'offered/s', cell: ({ offered }) => offered.toFixed(0) },
  { title: 'of peak answered', cell: ({ goodput }) => `${(100 * goodput).toFixed(0)} %` },
  { title: 'their p99 ms', cell: ({ answeredMs }) => answeredMs.toFixed(0) },
  { title: '503 p99 ms', cell: ({ refusedMs }) => refusedMs.toFixed(0) },
  { title: 'light answered', cell: ({ lightAnswered }) => `${(100 * lightAnswered).toFixed(1)} %` },
  { title: 'light p99 ms', cell: ({ lightMs }) => lightMs.toFixed(0) },
  { title: 'event loop p99 ms', cell: ({ loopMs }) => loopMs.toFixed(0) },
  { title: 'broken', cell: ({ broken }) => String(broken) },
  { title: 'failed after', cell: ({ brokenAfter }) => String(brokenAfter) },
];

const options = readOptions();
const heavyBody = JSON.stringify({ query: repeatRootFields(queries.heavy, options.copies) });
leaveGatewayProcessor();
const floods: Flood[] = [];
const subgraphs = fork(path.join(import.meta.dirname, 'overload/subgraphs.ts'));
try {
  const [supergraphFile] = await once(subgraphs, 'message');
  await floodAll(supergraphFile);
} finally {
  subgraphs.disconnect();
}
const broken = judge();
console.log([toTable(columns, floods), ...broken].join('\n'));
if (broken.length > 0) process.exitCode = 1;

async function floodAll(supergraphFile: string): Promise<void> {
  const gateway = await startGateway(createOverlock('overlock', {}, options.main), { supergraphFile, forwards: true });
  try {
    await measurePeak(gateway);
    let before = await measurePeak(gateway);
    for (let turn = 1; turn <= options.floods; turn += 1) {
      const flood = await endure(gateway, turn, before);
      const after = await measurePeak(gateway);
      // How fast a machine is that is shared changes within a minute.
      const peak = (before + after) / 2;
      floods.push({ ...flood, peak, goodput: flood.answered / peak });
      before = after;
      console.error(`flood ${turn} of ${options.floods}`);
    }
  } finally {
    await gateway.stop();
  }
}

async function endure(gateway: GatewayProcess, turn: number, peak: number): Promise<Omit<Flood, 'peak' | 'goodput'>> {
  const client = createClient(gateway);
  try {
    const whole = (await client.ask(heavyBody, `flood ${turn}`)).bytes;
    const isWhole = ({ answer }: Sent) => answer?.status === 200 && answer.bytes === whole;
    const isRefused = ({ answer }: Sent) => answer?.status === 503;
    await readLoopMs(gateway);
    const flood = startConstantLoad(options.times * peak, (index) => client.ask(heavyBody, `${turn} ${index}`));
    const light = startConstantLoad(lightPerSecond, (index) => client.ask(lightBody, `${turn} ${index}`));
    const startedMs = performance.now();
    await delay(options.seconds * 1_000);
    const seconds = (performance.now() - startedMs) / 1_000;
    const inTime = flood.sent.filter((sent) => isWhole(sent)).length;
    const loopMs = await readLoopMs(gateway);
    await Promise.all([flood.stop(), light.stop()]);
    await delay(calmSeconds * 1_000);
    const after = startConstantLoad(peak / 2, (index) => client.ask(heavyBody, `${turn} after ${index}`));
    await delay(calmSeconds * 1_000);
    await after.stop();
    const lightOnes = light.sent.filter(({ answer }) => answer?.status === 200);
    return {
      offered: flood.sent.length / seconds,
      answered: inTime / seconds,
      answeredMs: p99Of(flood.sent.filter(isWhole)),
      refusedMs: p99Of(flood.sent.filter(isRefused)),
      lightAnswered: lightOnes.length / light.sent.length,
      lightMs: p99Of(lightOnes),
      loopMs,
      broken: flood.sent.filter((sent) => !isWhole(sent) && !isRefused(sent)).length,
      brokenAfter: after.sent.filter((sent) => !isWhole(sent)).length,
    };
  } finally {
    await client.close();
  }
}

/** As many as can be answered: each connection sends its next request when it has the answer to the last. */
async function measurePeak({ url }: GatewayProcess): Promise<number> {
  const client = { authorization: 'Bearer ', authorizations: 10_000, connections, seconds: 8 };
  const { requests, refused, seconds } = await applyLoad({ url, body: heavyBody, ...client });
  return (requests - refused) / seconds;
}

/** Each request has a connection of its own or one that is free; those that wait are the gateway's. */
function createClient({ url }: GatewayProcess) {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin);
  return {
    async ask(body: string, authorization: string): Promise<Answer> {
      const headers = { 'content-type': 'application/json', authorization };
      const answer = await pool.request({ method: 'POST', path: pathname, headers, body });
      return { status: answer.statusCode, bytes: (await answer.body.arrayBuffer()).byteLength };
    },
    close: () => pool.destroy(),
  };
}

/** How late the gateway's event loop was, but for a hundredth of its turns, since it was last asked. */
async function readLoopMs({ output }: GatewayProcess): Promise<number> {
  const url =
    /^Health and metrics are at (\S+)$/m.exec(output())?.[1] ?? fail('The gateway does not say where its metrics are.');
  const text = await (await fetch(`${url}/metrics`)).text();
  return (
    1_000 *
    Number(/^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(text)?.[1] ?? fail('There is no lag among its metrics.'))
  );
}

/** The promises that were not kept, each as a sentence. */
function judge(): readonly string[] {
  const median = (of: (flood: Flood) => number) =>
    floods.map(of).toSorted((one, other) => one - other)[Math.floor(floods.length / 2)] ?? Number.NaN;
  const goodput = median((flood) => flood.goodput);
  const refusedMs = median((flood) => flood.refusedMs);
  const loopMs = median((flood) => flood.loopMs);
  const lost = floods.reduce((sum, flood) => sum + flood.broken, 0);
  const lostAfter = floods.reduce((sum, { brokenAfter }) => sum + brokenAfter, 0);
  return [
    goodput < bounds.goodput && `Only ${(100 * goodput).toFixed(0)} % of the peak were answered.`,
    refusedMs > bounds.refusedMs && `The slowest hundredth of refusals took ${refusedMs.toFixed(0)} ms.`,
    loopMs > bounds.loopMs && `The event loop was ${loopMs.toFixed(0)} ms late.`,
    lost > 0 && `${lost} requests were neither answered nor refused.`,
    lostAfter > 0 && `${lostAfter} requests failed when the flood was long over.`,
  ].filter((sentence) => sentence !== false);
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      times: { type: 'string', default: '4' },
      copies: { type: 'string', default: '8' },
      floods: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '30' },
      main: { type: 'string', default: 'dist/main.js' },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  return {
    times: Number(values.times),
    copies: Number(values.copies),
    floods: Number(values.floods),
    seconds: Number(values.seconds),
    main: values.main,
  };
}

/** An operation that asks for each of its root fields so many times. */
function repeatRootFields(text: string, times: number): string {
  const repeat = (selection: SelectionNode): SelectionNode[] => {
    if (selection.kind !== Kind.FIELD) return [selection];
    const aliasOf = (index: number) => ({ kind: Kind.NAME, value: `${selection.name.value}${index}` }) as const;
    return Array.from({ length: times }, (_, index) => ({ ...selection, alias: aliasOf(index) }));
  };
  const document = visit(parse(text), {
    OperationDefinition: (operation) => ({
      ...operation,
      selectionSet: {
        ...operation.selectionSet,
        selections: operation.selectionSet.selections.flatMap(repeat),
      },
    }),
  });
  return print(document);
}

function fail(message: string): never {
  throw new Error(message);
}
