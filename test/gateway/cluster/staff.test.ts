import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { CrewListener, Member } from '../../../gateway/cluster/crew.ts';
import type { ServedOutcome, SupergraphMessage, ToPrimary, ToWorker } from '../../../gateway/cluster/messages.ts';
import { Staff, type Work } from '../../../gateway/cluster/staff.ts';
import type { Problem } from '../../../schema/supergraph/problem.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';

const started: ServedOutcome = { kind: 'started', url: 'http://gateway.test' };
const problem: Problem = { code: 'BROKEN', message: 'It is broken.', subgraph: undefined, coordinate: undefined };
const failed: ServedOutcome = { kind: 'failed', problems: [problem] };
const workOf = (post: number): Work => ({ post, values: {}, port: 4000, records: {}, wait: false });
const supergraph = { sdl: '', publicSdl: '', subgraphs: [], fingerprint: 'new' };
const message: SupergraphMessage = { kind: 'supergraph', post: 1, supergraph };

/** Workers that answer as they are told to. */
function createStage() {
  let listener: CrewListener | undefined;
  const { log, lines } = createRecordingLogger();
  const state = { work: workOf(1), committed: 0 };
  const staff = new Staff({
    crew: {
      size: 2,
      restarts: 0,
      attach: (one) => {
        listener = one;
      },
      broadcast: () => {},
      stop: async () => {},
    },
    log,
    work: () => state.work,
    count: () => [],
    onGroupFigures: () => {},
    onGone: () => {},
  });
  const hire = (number: number) => {
    const told: ToWorker[] = [];
    const member: Member = { number, send: (one) => void told.push(one) };
    const say = (said: ToPrimary) => listener?.onMessage(member, said);
    const turnOf = () => {
      const last = told.at(-1);
      return last !== undefined && 'turn' in last ? (last.turn ?? Number.NaN) : Number.NaN;
    };
    say({ kind: 'hello' });
    return {
      told,
      posts: () => told.flatMap((one) => (one.kind === 'serve' ? one.post : [])),
      kinds: () => told.map(({ kind }) => kind),
      served: (outcome: ServedOutcome = started) => say({ kind: 'served', turn: turnOf(), outcome }),
      taken: (problems: readonly Problem[] = []) => say({ kind: 'taken', turn: turnOf(), problems }),
      end: () => listener?.onExit(member, 'by SIGKILL'),
    };
  };
  const commit = () => {
    state.committed += 1;
  };
  return { staff, state, lines, hire, commit };
}

async function employTwo() {
  const stage = createStage();
  const begun = stage.staff.employ();
  const [one, two] = [stage.hire(1), stage.hire(2)];
  one.served();
  two.served();
  expect(await begun).toEqual(started);
  return { ...stage, one, two };
}

describe('at the start', () => {
  it('the first worker says how it went, and one that ends before says so too', async () => {
    const stage = createStage();
    const begun = stage.staff.employ();
    stage.hire(1).served(failed);
    expect(await begun).toEqual(failed);
    const other = createStage();
    const ended = other.staff.employ();
    other.hire(1).end();
    expect(await ended).toMatchObject({ kind: 'error', message: expect.stringContaining('by SIGKILL') });
  });
});

describe('another configuration', () => {
  it('is tried out by one worker, and stays with it when it cannot be put to work', async () => {
    const { staff, state, one, two, commit, hire } = await employTwo();
    const changed = staff.change(workOf(2), commit);
    await turn();
    one.served(failed);
    expect(await changed).toEqual(failed);
    const ended = staff.change(workOf(3), commit);
    await turn();
    one.end();
    expect(await ended).toMatchObject({ kind: 'error' });
    expect(hire(1).posts()).toEqual([1]);
    expect([two.posts(), state.committed]).toEqual([[1], 0]);
  });

  it('is for all once one has it, and who then cannot is replaced', async () => {
    const { staff, state, one, two, commit, hire, lines } = await employTwo();
    const changed = staff.change(workOf(2), () => {
      commit();
      state.work = workOf(2);
    });
    await turn();
    expect([one.posts(), two.posts()]).toEqual([[1, 2], [1]]);
    // It began before, and has to change over as well.
    const late = hire(3);
    one.served();
    await turn();
    expect([two.posts(), late.posts(), state.committed]).toEqual([[1, 2], [1, 2], 1]);
    two.served(failed);
    late.served();
    expect(await changed).toEqual(started);
    expect([one.kinds(), two.kinds()]).toEqual([
      ['serve', 'serve'],
      ['serve', 'serve', 'stop'],
    ]);
    expect(lines).toMatchObject([{ level: 'error', fields: { worker: 2, problems: [problem] } }]);
  });

  it('comes to work without a trial when there is no worker, as it may be what they need to live', async () => {
    const { staff, state, one, two, commit } = await employTwo();
    one.end();
    two.end();
    expect(await staff.change(workOf(2), commit)).toMatchObject({ kind: 'started' });
    expect(state.committed).toBe(1);
  });
});

describe('another supergraph', () => {
  it('is given to all once one has taken it', async () => {
    const { staff, state, one, two, commit } = await employTwo();
    const changed = staff.changeSupergraph(message, commit);
    await turn();
    expect([one.kinds(), two.kinds()]).toEqual([['serve', 'supergraph'], ['serve']]);
    one.taken();
    await turn();
    expect([two.kinds(), state.committed]).toEqual([['serve', 'supergraph'], 1]);
    two.taken();
    await changed;
  });

  it('is refused when one cannot take it, or does not survive it', async () => {
    const { staff, state, one, two, commit } = await employTwo();
    const refused = staff.changeSupergraph(message, commit);
    await turn();
    one.taken([{ ...problem, message: 'The supergraph cannot be run: no.' }]);
    await expect(refused).rejects.toThrow(/^no\.$/);
    const deadly = staff.changeSupergraph(message, commit);
    await turn();
    one.end();
    await expect(deadly).rejects.toThrow('a worker ended');
    expect([two.kinds(), state.committed]).toEqual([['serve'], 0]);
  });
});
