import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allocationFlags, measureAllocations } from '../../bench/harness/allocations.ts';
import { ask } from '../../bench/harness/ask.ts';
import { engineNames } from '../../bench/harness/contenders.ts';
import { startGateway } from '../../bench/harness/gateway-process.ts';
import { createGuards, guardedServices } from '../../bench/harness/guards.ts';
import { answerOf } from '../../bench/scenario/monolith.ts';
import { queries } from '../../bench/scenario/queries.ts';
import { type Subgraphs, startSubgraphs } from '../../bench/scenario/subgraphs.ts';
import { composeSupergraph } from '../../bench/scenario/supergraph.ts';
import { compiled } from '../support/compiled.ts';

/** What was measured last; `RECORD_BASELINE=1 npx vitest run test/bench` measures anew. */
interface Baseline {
  /** By engine. */
  readonly heavyQuery: Record<string, { fetches: number; waves: number }>;
  /** Bytes of a request, by major version of Node, engine and case. */
  readonly allocatedBytes: Record<string, number>;
}

const file = new URL('baseline.json', import.meta.url);
const baseline: Baseline = JSON.parse(readFileSync(file, 'utf8'));
const isRecording = process.env['RECORD_BASELINE'] === '1';
const node = `node${process.versions.node.split('.')[0]}`;
const isComparable = isRecording || Object.keys(baseline.allocatedBytes).some((key) => key.startsWith(node));
if (!isComparable) console.warn(`No allocations are recorded for ${node}: they are not compared.`);

const unrecorded = 'More than test/bench/baseline.json allows. If it must be so, record it: see bench/README.md';

/** What an engine may allocate above what was recorded. */
const tolerance = 1.15;

const cases = {
  heavy: { query: queries.heavy, guarded: false, warmups: 5, requests: 5 },
  light: { query: queries.light, guarded: false, warmups: 50, requests: 50 },
  'light, guarded': { query: queries.light, guarded: true, warmups: 50, requests: 50 },
} as const;

describe.each(engineNames)('the %s engine', { timeout: 60_000 }, (engine) => {
  let folder: string;
  let subgraphs: Subgraphs;
  let files: Readonly<Record<'open' | 'guarded', string>>;
  beforeAll(async () => {
    subgraphs = await startSubgraphs();
    folder = await mkdtemp(path.join(tmpdir(), 'overlock-flow-'));
    files = { open: path.join(folder, 'open.graphql'), guarded: path.join(folder, 'guarded.graphql') };
    await writeFile(files.open, composeSupergraph(subgraphs));
    await writeFile(files.guarded, composeSupergraph(subgraphs, guardedServices));
    return async () => {
      await subgraphs.close();
      await rm(folder, { recursive: true });
    };
  });

  async function start(guarded: boolean, flags: readonly string[] = []) {
    const guards = await createGuards({ engine }, await compiled('gateway/main.js'));
    const { contender } = guarded ? guards.guarded : guards.open;
    const supergraphFile = guarded ? files.guarded : files.open;
    const gateway = await startGateway(contender, { supergraphFile, forwards: false, flags, hasChannel: true });
    return { gateway, authorization: guarded ? guards.authorization : undefined };
  }

  it('answers the heavy query right, in no more fetches and waves than before', async () => {
    const { gateway } = await start(false);
    try {
      const body = JSON.stringify({ query: queries.heavy });
      const { text } = await ask({ url: gateway.url, body });
      expect(JSON.parse(text)).toEqual(JSON.parse(await answerOf(queries.heavy)));
      const { fetches, waves } = await subgraphs.trace(() => ask({ url: gateway.url, body }));
      if (isRecording) baseline.heavyQuery[engine] = { fetches, waves };
      const recorded = baseline.heavyQuery[engine];
      expect(fetches, unrecorded).toBeLessThanOrEqual(recorded?.fetches ?? 0);
      expect(waves, unrecorded).toBeLessThanOrEqual(recorded?.waves ?? 0);
    } finally {
      await gateway.stop();
    }
  });

  it.runIf(isComparable).each(Object.entries(cases))(
    'allocates no more for a request than before: %s',
    async (name, { query, guarded, ...counts }) => {
      const { gateway, authorization } = await start(guarded, allocationFlags);
      try {
        const body = JSON.stringify({ query });
        expect((await ask({ url: gateway.url, body, authorization })).text).toBe(await answerOf(query));
        const bytes = Math.round(await measureAllocations(gateway, { body, authorization, ...counts }));
        const key = `${node} ${engine} ${name}`;
        if (isRecording) baseline.allocatedBytes[key] = bytes;
        expect(bytes, unrecorded).toBeLessThan((baseline.allocatedBytes[key] ?? 0) * tolerance);
      } finally {
        await gateway.stop();
      }
    },
  );
});

afterAll(async () => {
  if (isRecording) await writeFile(file, `${JSON.stringify(baseline, null, 2)}\n`);
});
