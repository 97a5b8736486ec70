import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { startThread } from '../../../../gateway/cli/start-thread.ts';
import { ThreadWorkshop } from '../../../../schema/registry/work/thread-workshop.ts';
import { createRecordingLogger } from '../../../support/recording-logger.ts';

const task = {
  subgraphs: [{ kind: 'federation', name: 'users', url: 'http://users.test', sdl: 'type Query { me: Int }' }],
  filter: undefined,
  before: undefined,
  today: '2026-11-22',
  lint: undefined,
} as const;

/** A thread that counts for ever for a subgraph of its name, and answers all else. */
const odd = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ id, input }) => {
    const [{ name }] = input.subgraphs;
    if (name === 'endless') for (;;);
    if (name === 'greedy') { const kept = []; for (;;) kept.push(new Array(1e6).fill({})); }
    if (name === 'broken') return parentPort.postMessage({ id, kind: 'failed', message: 'It broke.' });
    parentPort.postMessage({ id, kind: 'done', output: { kind: 'composed', supergraphSdl: name } });
  });
`;

function openWorkshop(timeoutMs: number, size = 1) {
  const { log } = createRecordingLogger();
  const startOdd = () => new Worker(odd, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 32 } });
  const workshop = new ThreadWorkshop({ size, timeoutMs, startThread: startOdd, log });
  const compose = (name: string) => workshop.compose({ ...task, subgraphs: [{ ...task.subgraphs[0], name }] });
  return { workshop, compose };
}

describe('a workshop of threads', () => {
  it('composes in a thread', async () => {
    const module = new URL('../../../../gateway/cli/registry-worker', import.meta.url);
    const { log } = createRecordingLogger();
    const startWorker = () => startThread(module, { maxOldGenerationSizeMb: 512 });
    const workshop = new ThreadWorkshop({ size: 1, startThread: startWorker, log });
    expect(await workshop.compose(task)).toMatchObject({ kind: 'composed', changes: [{ code: 'TYPE_ADDED' }] });
    const composed = await workshop.compose({ ...task, subgraphs: [] });
    expect(composed).toMatchObject({ kind: 'failed', problems: [{ code: 'NO_SUBGRAPHS' }] });
    await workshop.close();
  });

  it('ends what takes too long or too much memory, and goes on with the rest', async () => {
    const { workshop, compose } = openWorkshop(2_000);
    const outcomes = await Promise.allSettled(['endless', 'first', 'greedy', 'second', 'broken', 'third'].map(compose));
    expect(outcomes).toMatchObject([
      { reason: { code: 'TOO_COMPLEX' } },
      { value: { supergraphSdl: 'first' } },
      { reason: { code: 'TOO_COMPLEX' } },
      { value: { supergraphSdl: 'second' } },
      { reason: { message: 'It broke.' } },
      { value: { supergraphSdl: 'third' } },
    ]);
    await workshop.close();
  });

  it('refuses what would wait too long, and everything when it is closed', async () => {
    const { workshop, compose } = openWorkshop(60_000);
    const outcomes = Promise.allSettled(Array.from({ length: 502 }, () => compose('endless')));
    await expect(compose('late')).rejects.toMatchObject({ code: 'OVERLOADED' });
    await workshop.close();
    expect(new Set((await outcomes).map((outcome) => outcome.status))).toEqual(new Set(['rejected']));
    await expect(compose('later')).rejects.toMatchObject({ code: 'OVERLOADED' });
  });
});
