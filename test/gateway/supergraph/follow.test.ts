import { describe, expect, it } from 'vitest';
import { Follower, type FollowOptions } from '../../../gateway/supergraph/follow.ts';
import type { SourceOutcome } from '../../../gateway/supergraph/sources/source.ts';

const supergraph = (fingerprint: string): SourceOutcome => ({
  kind: 'supergraph',
  supergraph: { sdl: '', publicSdl: '', subgraphs: [], fingerprint },
});
const failed = (message: string): SourceOutcome => ({
  kind: 'failed',
  problems: [{ code: 'SCHEMA_UNAVAILABLE', message, subgraph: undefined, coordinate: undefined }],
});

function follow(outcomes: SourceOutcome[], options: Partial<FollowOptions> = {}) {
  const events: string[] = [];
  let loads = 0;
  const follower: Follower = new Follower({
    source: {
      load: async () => {
        loads += 1;
        const outcome = outcomes.shift();
        if (outcomes.length === 0) follower.stop();
        return outcome ?? failed('nothing left');
      },
      files: [],
      live: true,
      close: async () => {},
    },
    pollMs: 1,
    random: () => 0,
    onSupergraph: ({ fingerprint }) => void events.push(`run ${fingerprint}`),
    onProblems: (problems) => events.push(`problem ${problems[0]?.message}`),
    ...options,
  });
  return { follower, events, loads: () => loads };
}

describe('Follower', () => {
  it('hands over each new supergraph once', async () => {
    const { follower, events } = follow([
      supergraph('a'),
      supergraph('a'),
      supergraph('b'),
      supergraph('b'),
      supergraph('c'),
    ]);
    await follower.refresh();
    await follower.poll();
    expect(events).toEqual(['run a', 'run b']);
  });

  it('keeps the last supergraph when a later one has problems, and tells each set of problems once', async () => {
    const { follower, events } = follow([
      supergraph('a'),
      failed('x'),
      failed('x'),
      failed('y'),
      supergraph('b'),
      supergraph('b'),
    ]);
    await follower.refresh();
    await follower.poll();
    expect(events).toEqual(['run a', 'problem x', 'problem y', 'run b']);
  });

  it('counts a supergraph that cannot be run as a problem, and tries it again', async () => {
    let tries = 0;
    const ran: string[] = [];
    const { follower, events } = follow([supergraph('a'), supergraph('a'), supergraph('z')], {
      onSupergraph: ({ fingerprint }) => {
        tries += 1;
        if (tries === 1) throw new Error('There are problems:\n  no room');
        ran.push(fingerprint);
      },
    });
    expect((await follower.refresh()).kind).toBe('failed');
    expect(events).toEqual(['problem The supergraph cannot be run: There are problems: no room']);
    expect((await follower.refresh()).kind).toBe('supergraph');
    expect(ran).toEqual(['a']);
  });

  it('does not poll a source that is not live', async () => {
    const source = { load: async () => supergraph('a'), files: [], live: false, close: async () => {} };
    const { follower, loads } = follow([], { source });
    await follower.poll();
    expect(loads()).toBe(0);
  });

  it('loads one after the other, so that a slow old answer never overwrites a new one', async () => {
    const events: string[] = [];
    const gates: (() => void)[] = [];
    let load = 0;
    const { follower } = follow([], {
      source: {
        load: () => {
          load += 1;
          const name = String(load);
          events.push(`load ${name}`);
          return new Promise((resolve) => gates.push(() => resolve(supergraph(name))));
        },
        files: [],
        live: true,
        close: async () => {},
      },
      onSupergraph: ({ fingerprint }) => void events.push(`run ${fingerprint}`),
    });
    const first = follower.refresh();
    const second = follower.refresh();
    await Promise.resolve();
    gates[0]?.();
    await first;
    while (gates.length < 2) await Promise.resolve();
    gates[1]?.();
    await second;
    expect(events).toEqual(['load 1', 'run 1', 'load 2', 'run 2']);
  });
});
