import { setImmediate as turn } from 'node:timers/promises';
import { noTelemetry } from '../../gateway/telemetry/no-telemetry.ts';
import { composeSdl } from '../support/federation.ts';
import { startFollowedRegistry } from '../support/followed-registry.ts';

// Swaps supergraphs under load as often as its argument says, and writes what came of it.

const clientCount = 4;
const swaps = Number(process.argv[2]);
const query = 'query Me($id: ID!, $all: Boolean = true) { user(id: $id) { id name posts @include(if: $all) } }';
const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';

let misses = 0;
const gateway = await startFollowedRegistry({
  telemetry: {
    ...noTelemetry,
    operationCacheAsked: (hit) => {
      misses += hit ? 0 : 1;
    },
  },
  registry: { usage: { every: '200ms' } },
  subgraphs: [
    {
      name: 'users',
      sdl: `${link} type Query { user(id: ID!): User } type User @key(fields: "id") { id: ID! name: String }`,
      resolvers: { Query: { user: (_: unknown, { id }: { id: string }) => ({ id, name: `name of ${id}` }) } },
    },
    {
      name: 'posts',
      sdl: `${link} type User @key(fields: "id") { id: ID! posts: [String!] }`,
      resolvers: { User: { posts: ({ id }: { id: string }) => [`post of ${id}`] } },
    },
  ],
});

const isServed = (version: number) => gateway.lines.at(-1)?.fields['version'] === version;
const sdlOf = (version: number) =>
  composeSdl(
    gateway.subgraphs.map((one) => ({ ...one, sdl: one.sdl.replace('name: String', `name: String v${version}: Int`) })),
  );
/** Alternating ones, as composing them takes longer than to swap them. */
const sdls = Array.from({ length: 10 }, (_, index) => sdlOf(index));

let answered = 0;
let wrong = 0;
let isOver = false;
const waiting: (() => void)[] = [];

/** Asks without keeping what comes, unlike `startLoad`. */
async function askOnAndOn(): Promise<void> {
  while (!isOver) {
    const id = String(answered);
    const expected = { user: { id, name: `name of ${id}`, posts: [`post of ${id}`] } };
    const { status, data } = await gateway.ask(query, { id });
    answered += 1;
    for (const go of waiting.splice(0)) go();
    if (status !== 200 || JSON.stringify(data) !== JSON.stringify(expected)) wrong += 1;
  }
}

async function moreAnswers(count: number): Promise<void> {
  const wanted = answered + count;
  while (answered < wanted) await new Promise<void>((go) => waiting.push(go));
}

let version = 1;
async function swapTimes(times: number): Promise<void> {
  for (let swap = 0; swap < times; swap++) {
    version += 1;
    gateway.registry.publish(sdls[version % sdls.length] ?? '', { warmUp: ['{ user(id: "") { id } }'] });
    while (!isServed(version)) await moreAnswers(1);
    await moreAnswers(clientCount);
  }
}

async function heapBytes(): Promise<number> {
  for (const { requests } of gateway.subgraphs) requests.length = 0;
  for (let times = 0; times < 6; times++) {
    await turn();
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}

const clients = Array.from({ length: clientCount }, askOnAndOn);
await moreAnswers(100);
await swapTimes(20);
misses = 0;
const before = await heapBytes();
await swapTimes(swaps);
const after = await heapBytes();
isOver = true;
// A request that fails rejects here.
await Promise.all(clients);
await gateway.runtime.stop();
const told = () => gateway.registry.reports.flatMap(({ counts }) => counts).reduce((sum, { count }) => sum + count, 0);
while (told() < answered) await turn();
await gateway.stop();
process.stdout.write(JSON.stringify({ grown: after - before, answered, wrong, misses, told: told() }));
