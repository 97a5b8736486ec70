import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedRegistry, startScriptedRegistry } from './scripted-registry.ts';

const place = '/v1/graphs/shop/production';
const figures = [
  {
    operation: 'a'.repeat(64),
    name: 'Me',
    verdict: 'worse',
    by: 'errors',
    stable: { count: 400, errors: 2, p95: 11.5 },
    canary: { count: 20, errors: 15, p95: 4 },
  },
  { operation: 'b'.repeat(64), verdict: 'few', stable: { count: 0, errors: 0 }, canary: { count: 3, errors: 0 } },
];
const running = {
  ...{ state: 'running', version: 43, stable: 42, percent: 5, steps: [5, 25], stepAt: 0, verdict: 'doubtful' },
  figures,
};

let registry: ScriptedRegistry;
beforeAll(async () => {
  registry = await startScriptedRegistry();
});
beforeEach(() => {
  registry.answers.clear();
  registry.requests.length = 0;
});
afterAll(() => registry.stop());

const run = (line: string) => registry.run(line.split(' '));

describe('a canary on the command line', () => {
  it.each([
    ['--canary 5%', { percent: 5 }],
    [
      '--canary 0.5 --steps 1,5%,100 --step-time 30s --step-requests 7',
      { percent: 0.5, steps: [1, 5, 100], stepMs: 30_000, requestsLeast: 7 },
    ],
  ])('is started with %s', async (flags, canary) => {
    const published = { version: 43, isNew: true, changes: [], changeCount: 0, canary: { ...canary, stable: 42 } };
    registry.answers.set(`POST ${place}/promote`, { body: published });
    const { exitCode, stdout } = await run(`promote shop@production --from staging ${flags}`);
    expect([exitCode, registry.requests[0]?.body]).toEqual([0, { from: 'staging', canary }]);
    expect(stdout).toContain(
      `version 43 of shop@production is tried with ${canary.percent} % of the clients beside version 42.`,
    );
  });

  it.each([
    ['--canary 0%', /share of the clients/],
    ['--canary 101', /share of the clients/],
    ['--canary much', /share of the clients/],
    ['--canary 5 --steps 50,25', /growing shares/],
    ['--canary 5 --step-time 5', /length of time/],
    ['--steps 50', /add --canary 5%/],
  ])('is refused with %s', async (flags, message) => {
    const { exitCode, stderr } = await run(`promote shop@production --from staging ${flags}`);
    expect([exitCode, registry.requests.length]).toEqual([2, 0]);
    expect(stderr).toMatch(message);
  });

  it('is printed with its figures by operation and version', async () => {
    registry.answers.set(`GET ${place}/canary`, { body: running });
    const { exitCode, stdout } = await run('canary status shop@production');
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^Version 43 of shop@production is tried with 5 % .* beside version 42, .* 5, 25\.$/),
      'It looks worse, which may be chance: it waits for more requests.',
      expect.stringMatching(/^OPERATION +VERDICT +REQUESTS 42 +ERRORS +P95 MS +REQUESTS 43 +ERRORS +P95 MS$/),
      expect.stringMatching(/^Me +worse \(errors\) +400 +0\.5% +11\.5 +20 +75\.0% +4$/),
      expect.stringMatching(/^bbbbbbbbbbbb +few +0 +- +- +3 +0\.0% +-$/),
      '',
    ]);
    expect(JSON.parse((await run('canary status shop@production --json')).stdout)).toEqual(running);
  });

  it.each([
    ['promote', 'promoted', /^Version 43 of shop@production was promoted at .* by Ada: all clients have it\.$/m],
    ['abort', 'rolledBack', /^Version 43 of shop@production was rolled back to version 42 at .* by Ada\.$/m],
  ])('is ended by %s', async (how, state, line) => {
    const body = { ...running, state, endedAt: 0, endedBy: 'Ada', reason: 'Enough.', figures: [] };
    registry.answers.set(`POST ${place}/canary/${how}`, { body });
    const { exitCode, stdout } = await run(`canary ${how} shop@production --message Enough.`);
    expect([exitCode, registry.requests[0]?.body]).toEqual([0, { message: 'Enough.' }]);
    expect(stdout).toMatch(line);
    expect(stdout).toMatch(/^Enough\.\nNo operation/m);
  });
});
