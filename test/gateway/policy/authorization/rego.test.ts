import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { authorizationSection } from '../../../../gateway/config/authorization.ts';
import { createPolicySource } from '../../../../gateway/policy/authorization/policies/create-policy-source.ts';
import type { PolicyQuestion, PolicySource } from '../../../../gateway/policy/authorization/policies/policy-source.ts';
import { describeWithOpa, runOpa, startOpa } from '../../../support/opa.ts';
import { createRecordingLogger } from '../../../support/recording-logger.ts';
import { createBundle } from '../../../support/tar.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts';
import { createSubject, someone, written } from './subject.ts';

const fixtures = path.join(import.meta.dirname, 'rego');
const wasm = path.join(fixtures, 'policy.wasm');
const roles = { staff: ['read', 'write'], guest: ['read'], odd: ['ünïcödé', '__proto__'] };

let folder: TemporaryFolder;
let data: string;
const cleanups: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await createTemporaryFolder();
  data = await folder.write('data.json', JSON.stringify({ roles }));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  await folder.remove();
});

/** A source as the section `authorization.policies` spells it. */
function createTestSource(policies: object): PolicySource & { readonly lines: readonly { level: string }[] } {
  const { log, lines } = createRecordingLogger();
  const source = createPolicySource(authorizationSection.parse({ policies }).policies, log);
  if (source === undefined) throw new Error('There is no source.');
  cleanups.push(() => source.close());
  return { ...source, lines };
}

const rego = (more: object = {}) =>
  createTestSource({ rego: { wasm, data, entrypoint: 'graph/allow', timeout: '5s', ...more } });

function question(more: Partial<PolicyQuestion> & { roles?: readonly string[]; org?: unknown } = {}): PolicyQuestion {
  const { roles: held = [], org, ...rest } = more;
  return {
    identity: { kind: 'jwt', scopes: [], roles: held, claims: { org } },
    client: {},
    operation: { kind: 'query', name: undefined, hash: 'x' },
    variables: {},
    requestId: 'r',
    ...rest,
  };
}

const allowed = async (source: PolicySource, policies: readonly string[], asked = question()) => [
  ...(await source.decide(policies, asked)),
];

type Case = readonly [policies: readonly string[], asked: PolicyQuestion, allowed: readonly string[]];

const cases: readonly Case[] = [
  [['read', 'write'], question({ roles: ['staff'] }), ['read', 'write']],
  [['read', 'write'], question({ roles: ['guest'] }), ['read']],
  [['read'], question({ roles: [] }), []],
  [['read'], question({ roles: ['nobody', '__proto__', 'constructor'] }), []],
  [['ünïcödé', '__proto__', 'read'], question({ roles: ['odd'] }), ['ünïcödé', '__proto__']],
  [['org:a', 'org:b'], question({ org: 'a' }), ['org:a']],
  [['org:a', 'read'], question({ roles: ['guest'], org: { deep: ['a'] } }), ['read']],
  [['read'], question({ roles: ['guest'], variables: { big: 'x'.repeat(500_000) } }), ['read']],
];

describe('a Rego policy in WebAssembly', () => {
  it.each(cases)('allows of %j by the identity and its data', async (policies, asked, expected) => {
    expect(await allowed(rego(), policies, asked)).toEqual(expected);
    expect(await allowed(rego({ entrypoint: 'graph/decisions' }), policies, asked)).toEqual(expected);
  });

  it('is asked once for all policies of an operation', async () => {
    const graph = written(
      'type Query { a: Int @policy(policies: [["read"]]) b: Int @policy(policies: [["write", "read"], ["x"]]) }',
    );
    const subject = createSubject(graph, { policies: { rego: { wasm, data, entrypoint: 'graph/allow' } } });
    cleanups.push(() => subject.policySource?.close());
    const decide = vi.spyOn(subject.policySource!, 'decide');
    expect(await subject.refused('{ a x: a b }', { identity: someone({ roles: ['guest'] }) })).toEqual(['b']);
    expect(await subject.refused('{ a x: a b }', { identity: someone({ roles: ['staff'] }) })).toEqual([]);
    expect(decide).toHaveBeenCalledTimes(2);
  });

  it('comes in a bundle with its data, which the configuration may replace', async () => {
    const bundle = path.join(folder.path, 'bundle.tar.gz');
    const files = {
      '/data.json': '{"roles":{"guest":["x"]}}',
      '/.manifest': '{}',
      '/policy.wasm': await readFile(wasm),
    };
    await writeFile(bundle, createBundle(files));
    const asked = question({ roles: ['guest'] });
    expect(await allowed(rego({ wasm: bundle, data: undefined }), ['x', 'read'], asked)).toEqual(['x']);
    expect(await allowed(rego({ wasm: bundle }), ['x', 'read'], asked)).toEqual(['read']);
  });

  it('knows the time', async () => {
    expect(await allowed(rego({ entrypoint: 'graph/clock' }), ['any'])).toEqual(['any']);
  });

  it('has no decision where it has no value, takes too long or too much memory, and decides again after that', async () => {
    const work = (loops: number, numbers: number) => question({ variables: { loops, numbers } });
    const slow = rego({ entrypoint: 'graph/work', memory: '1gb', timeout: '100ms' });
    const startedAt = performance.now();
    await expect(slow.decide(['a'], work(100_000, 1))).rejects.toThrow('within 100 ms');
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(await allowed(slow, ['a'], work(1, 1))).toEqual(['a']);

    const large = rego({ entrypoint: 'graph/work', memory: '8mb', timeout: '10s' });
    const input = question({ variables: { loops: 1, numbers: 1, text: 'x'.repeat(9_000_000) } });
    for (const asked of [work(1, 1_000_000), input]) {
      await expect(large.decide(['a'], asked)).rejects.toThrow();
      expect(await allowed(large, ['a'], work(1, 1))).toEqual(['a']);
    }

    await expect(rego({ entrypoint: 'graph/never' }).decide(['a'], question())).rejects.toThrow('no value');
  });

  it('denies without a decision, or allows where the configuration says so', async () => {
    const graph = written('type Query { a: Int @policy(policies: [["a"]]) }');
    for (const failClosed of [true, false]) {
      const subject = createSubject(graph, { policies: { rego: { wasm, entrypoint: 'graph/never', failClosed } } });
      cleanups.push(() => subject.policySource?.close());
      expect(await subject.refused('{ a }')).toEqual(failClosed ? ['a'] : []);
      expect(subject.lines[0]).toMatchObject({ level: 'error', fields: { policies: ['a'], allowed: !failClosed } });
    }
  });

  it('answers many at once, each for itself', async () => {
    const source = rego();
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        allowed(source, ['org:1', `org:${index}`], question({ org: `${index}` })),
      ),
    );
    expect(answers).toEqual(answers.map((_, index) => (index === 1 ? ['org:1'] : [`org:${index}`])));
  });

  it.each<[what: string, policies: () => Promise<object> | object, problem: string]>([
    ['there is no file', () => ({ wasm: '/nowhere/policy.wasm' }), '/nowhere/policy.wasm cannot be read'],
    ['the file is no policy', async () => ({ wasm: await folder.write('a.wasm', 'text') }), 'WebAssembly'],
    ['the data is no JSON', async () => ({ data: await folder.write('a.json', '{') }), 'a.json is not JSON'],
    [
      'the data is a list',
      async () => ({ data: await folder.write('b.json', '[]') }),
      'b.json must hold a JSON object',
    ],
    ['an entry point is not there', () => ({ entrypoint: 'graph/deny' }), 'no entry point graph/deny; set'],
    ['several entry points are there', () => ({ entrypoint: undefined }), 'graph/allow, graph/clock'],
    [
      'the data needs more memory',
      async () => ({ memory: '1mb', data: await folder.write('c.json', JSON.stringify({ x: 'x'.repeat(2_000_000) })) }),
      'failed',
    ],
    [
      'a bundle has no policy',
      async () => ({ wasm: await bundleOf(createBundle({ '/data.json': '{}' })) }),
      'holds no policy.wasm',
    ],
    [
      'a bundle is cut off',
      async () => ({ wasm: await bundleOf(createBundle({ '/policy.wasm': 'x'.repeat(5_000) }).subarray(0, 20)) }),
      'cannot be read',
    ],
  ])('cannot be used when %s, and says so', async (_, policies, problem) => {
    const source = rego(await policies());
    expect(await source.open()).toContain(problem);
    await expect(source.decide(['read'], question({ roles: ['staff'] }))).rejects.toThrow(problem);
  });

  async function bundleOf(bytes: Uint8Array): Promise<string> {
    const file = path.join(folder.path, 'bundle.tar.gz');
    await writeFile(file, bytes);
    return file;
  }

  it('is read again when its files change, and stays while they are broken', async () => {
    const copy = path.join(folder.path, 'policy.wasm');
    await writeFile(copy, await readFile(wasm));
    const source = rego({ wasm: copy });
    const guest = question({ roles: ['guest'] });
    expect(await allowed(source, ['read', 'x'], guest)).toEqual(['read']);
    await folder.write('data.json', '{"roles":{"guest":["x"]}}');
    await vi.waitFor(async () => expect(await allowed(source, ['read', 'x'], guest)).toEqual(['x']), 5_000);
    await rename(copy, `${copy}.away`);
    await vi.waitFor(() => expect(source.lines.map(({ level }) => level)).toContain('error'), 5_000);
    expect(await allowed(source, ['read', 'x'], guest)).toEqual(['x']);
  });
});

describeWithOpa('the real Open Policy Agent', () => {
  const source = path.join(fixtures, 'policy.rego');
  const compile = (file: string, ...entrypoints: readonly string[]) => {
    const bundle = path.join(folder.path, 'bundle.tar.gz');
    runOpa('build', '-t', 'wasm', ...entrypoints.flatMap((name) => ['-e', name]), '-o', bundle, file, data);
    return bundle;
  };

  it('decides as a server as its policy does when it is compiled now, or was compiled for these tests', async () => {
    await using server = await startOpa(source, data);
    const opa = createTestSource({ opa: { url: `${server.url}/v1/data/graph/allow`, timeout: '5s' } });
    const fresh = rego({ wasm: compile(source, 'graph/allow'), data: undefined });
    for (const [policies, asked, expected] of cases) {
      for (const one of [opa, fresh, rego()]) expect(await allowed(one, policies, asked)).toEqual(expected);
    }
    const never = createTestSource({ opa: { url: `${server.url}/v1/data/graph/never`, timeout: '5s' } });
    await expect(never.decide(['a'], question())).rejects.toThrow();
  });

  it('compiles policies of one entry point, which need not be named', async () => {
    const file = await folder.write('one.rego', 'package one\nallow if input.policies[0] == "a"\n');
    expect(await allowed(rego({ wasm: compile(file, 'one/allow'), entrypoint: undefined }), ['a'])).toEqual(['a']);
  });

  it('compiles policies that call what is not there in WebAssembly, which is said when they are read', async () => {
    const file = await folder.write(
      'http.rego',
      'package graph\nallow if http.send({"method": "get", "url": "http://127.0.0.1:9/"}).status_code == 200\n',
    );
    expect(await rego({ wasm: compile(file, 'graph/allow') }).open()).toContain('http.send');
  });
});
