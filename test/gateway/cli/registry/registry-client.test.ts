import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../support/free-port.ts';
import { refusal, type ScriptedRegistry, startScriptedRegistry } from './scripted-registry.ts';

let registry: ScriptedRegistry;
beforeAll(async () => {
  registry = await startScriptedRegistry();
});
beforeEach(() => {
  registry.answers.clear();
  registry.requests.length = 0;
});
afterAll(() => registry.stop());

describe('a command that asks a registry', () => {
  it('takes registry and token from flags, or else from the environment', async () => {
    registry.answers.set('GET /v1/graphs', { body: { items: [] } });
    registry.answers.set('GET /behind/a/path/v1/graphs', { body: { items: [] } });
    expect((await registry.run(['graphs'])).exitCode).toBe(0);
    const flags = ['--registry', `${registry.url}/behind/a/path/`, '--token', 'another'];
    expect(
      (await registry.run(['graphs', ...flags], { env: { OVERLOCK_REGISTRY: 'http://no.invalid' } })).exitCode,
    ).toBe(0);
    expect(registry.requests.map(({ authorization }) => authorization)).toEqual([
      `Bearer ${registry.token}`,
      'Bearer another',
    ]);
  });

  it.each([
    [['graphs'], { OVERLOCK_REGISTRY: '' }, 'Name the registry: --registry'],
    [['graphs'], { OVERLOCK_REGISTRY: 'registry:4100' }, 'must begin with http:// or https://'],
    [['graphs'], { OVERLOCK_REGISTRY: 'http://me:password@registry' }, 'and hold no user'],
    [['graphs'], { OVERLOCK_TOKEN: '' }, 'Give a token of the registry: --token'],
    [['graphs'], { OVERLOCK_TOKEN: 'two words' }, 'it must be one word'],
    [['history'], { OVERLOCK_GRAPH: '' }, 'Name the graph and its variant: --graph shop@production'],
    [['history'], { OVERLOCK_GRAPH: 'shop' }, 'OVERLOCK_GRAPH: "shop" is no graph and variant'],
    [['history', '--graph', 'shop'], {}, 'It must be a graph and its variant'],
    [['owners', 'set', 'a', 'b'], { OVERLOCK_GRAPH: '' }, 'Name the graph: --graph shop'],
    [['unpublish', '..'], {}, '".." is no name.'],
    [['variants', 'set', 'shop@public', '--include', 'public'], {}, 'say with --contract-of'],
  ])('ends with 2 when %j says too little: %j', async (argv, env, message) => {
    const { exitCode, stdout, stderr } = await registry.run(argv, { env });
    expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
    expect(stderr).not.toMatch(/password|two words/);
    expect(registry.requests).toEqual([]);
  });

  it('ends with 1 when there is no registry', async () => {
    const OVERLOCK_REGISTRY = `http://127.0.0.1:${await freePort()}`;
    const { exitCode, stdout, stderr } = await registry.run(['graphs'], { env: { OVERLOCK_REGISTRY } });
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /There is no registry to talk to at http:\/\/127\.0\.0\.1:\d+ \(.*ECONNREFUSED.*name another one with --registry/,
    );
  });

  it.each([
    [{ body: '<html>welcome</html>' }, 'it sent no JSON'],
    [{ body: { hello: 1 } }, 'is no registry of this version'],
    [{ status: 404, body: '<html>nothing</html>' }, 'is no registry of this version (HTTP status 404)'],
    [{ status: 502, body: '' }, 'is no registry of this version (HTTP status 502)'],
    [{ status: 301, headers: { location: 'https://registry.test/x?secret' } }, 'It sends to https://registry.test.'],
  ])('ends with 1 when something else answers: %j', async (answer, message) => {
    registry.answers.set('GET /v1/graphs', answer);
    const { exitCode, stdout, stderr } = await registry.run(['graphs']);
    expect([exitCode, stdout, stderr]).toEqual([1, '', expect.stringContaining(message)]);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it.each([
    [
      refusal(401, 'UNAUTHENTICATED', 'The token is not accepted.'),
      'an admin makes another one with overlock tokens create',
    ],
    [refusal(403, 'FORBIDDEN', 'It belongs to team content.'), 'error: It belongs to team content.\n'],
    [refusal(404, 'UNKNOWN_GRAPH', 'There is no shop@production.'), 'overlock graphs prints all'],
    [
      refusal(409, 'STALE_BASE', 'The latest is 42 now.', { base: 42 }),
      'Run it again with --base 42, or without --base.',
    ],
    [refusal(409, 'STALE_BASE', 'Somebody was faster.'), 'Run it again.'],
    [refusal(503, 'STORE_UNAVAILABLE', 'The database cannot be used now.'), 'The database cannot be used now.'],
    [
      refusal(400, 'SOMETHING_NEW', 'No.', {
        errors: [
          { path: 'a', message: 'b' },
          { path: 'c', message: 'd' },
        ],
      }),
      'No.\nc: d\n',
    ],
  ])('ends with 1 and says what to do when it is refused: %j', async (answer, advice) => {
    registry.answers.set('GET /v1/graphs/shop/production/versions?limit=20', answer);
    const { exitCode, stdout, stderr } = await registry.run(['history']);
    const { detail } = answer.body as { detail: string };
    expect([exitCode, stdout, stderr]).toEqual([1, '', expect.stringContaining(advice)]);
    expect(stderr).toContain(`error: ${detail}\n`);
    const json = await registry.run(['history', '--json']);
    expect([json.exitCode, json.stderr]).toEqual([1, stderr]);
    expect(JSON.parse(json.stdout)).toEqual(answer.body);
  });

  it('never writes the token', async () => {
    const { token } = registry;
    registry.answers.set('GET /v1/graphs', refusal(401, 'UNAUTHENTICATED', 'The token is not accepted.'));
    const outputs = await Promise.all([
      registry.run(['graphs', '--token', token]),
      registry.run(['graphs', '--token', `${token} x`]),
      registry.run(['graphs', `--tokn=${token}`]),
      registry.run(['graphs', '--tokn=my-own-secret']),
      registry.run([token]),
      registry.run(['graphs', '--token', token, '--registry', 'http://127.0.0.1:1']),
    ]);
    for (const { stdout, stderr } of outputs) expect(stdout + stderr).not.toMatch(/s{43}|my-own-secret/);
  });

  it('shows what others have written without obeying it', async () => {
    const command = String.fromCharCode(27);
    const evil = `${command}[2J\u202etxt\nsecond\u2028third`;
    const commit = { author: { name: evil }, at: 0, message: evil };
    const items = [{ version: 1, cause: { kind: 'publish', subgraph: evil }, commit }];
    registry.answers.set('GET /v1/graphs/shop/production/versions?limit=20', { body: { items, next: evil } });
    const { stdout, stderr } = await registry.run(['history']);
    expect(stdout.split('\n')).toHaveLength(3);
    expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]|[\u202e\u2028]/u);
    registry.answers.set('GET /v1/graphs/shop/production/versions?limit=20', refusal(400, 'BAD', evil));
    expect((await registry.run(['history'])).stderr).not.toContain(command);
  });
});

describe('the help', () => {
  const commands =
    'publish unpublish check checks subgraphs show history diff approve deprecations graphs variants promote rollback owners tokens webhooks audit';

  it.each(commands.split(' '))('of %s has examples, and says that a registry is asked', async (command) => {
    const { exitCode, stdout, stderr } = await registry.run([command, '--help']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/\nExamples:\n {2}overlock /);
    expect(stdout).toMatch(/registry/i);
  });

  it('leads to publish and check under a heading of their own', async () => {
    const { stdout } = await registry.run(['--help']);
    const heading = stdout.indexOf("Publish a team's schema");
    expect(heading).toBeGreaterThan(0);
    expect(stdout.indexOf('\n  check [options] <subgraph>')).toBeGreaterThan(heading);
    expect(stdout.indexOf('\n  publish [options] <subgraph>')).toBeGreaterThan(heading);
  });
});
