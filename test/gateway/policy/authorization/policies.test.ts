import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createTemporaryFolder } from '../../../support/temporary-folder.ts';
import { createSubject, someone, written } from './subject.ts';

const graph = written(`
  type Query {
    a: Int @policy(policies: [["a"]])
    b: Int @policy(policies: [["b1", "b2"], ["b3"]])
    many: T @policy(policies: [["a"]])
    open: Int
  }
  type T { x: Int @policy(policies: [["x"]]) y: Int @authenticated }
`);

/** A server that speaks OPA's REST API as far as it is needed. */
interface FakeOpa {
  readonly url: string;
  /** Path and body of each request. */
  readonly asked: { readonly path: string; readonly input: Record<string, unknown> }[];
}

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function startOpa(
  answer: (input: { policies: string[] }, response: ServerResponse) => unknown,
): Promise<FakeOpa> {
  const asked: FakeOpa['asked'] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { input } = JSON.parse(Buffer.concat(chunks).toString());
      asked.push({ path: `${request.method} ${request.url}`, input });
      const result = answer(input, response);
      if (result !== undefined) response.end(JSON.stringify({ result }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/data/graph/allow` };
}

const withOpa = (url: string, more: object = {}) => createSubject(graph, { policies: { opa: { url, ...more } } });

describe('an OPA server', () => {
  it('is asked once for all policies of an operation, and not for others', async () => {
    const opa = await startOpa(({ policies }) => Object.fromEntries(policies.map((name) => [name, name !== 'x'])));
    const subject = withOpa(opa.url);
    const identity = someone({ scopes: ['s'], roles: ['r'], claims: { org: 'o' } });
    const text = 'query Q($v: Boolean = false) { one: a two: a b many { x x2: x } open z: a @include(if: $v) }';
    expect(
      await subject.refused(text, { identity, variables: { v: false }, client: { name: 'web', version: undefined } }),
    ).toEqual(['many.x', 'many.x2']);
    expect(opa.asked).toEqual([
      {
        path: 'POST /v1/data/graph/allow',
        input: {
          policies: ['a', 'b1', 'b2', 'b3', 'x'],
          identity: { kind: 'jwt', subject: 'someone', scopes: ['s'], roles: ['r'], claims: { org: 'o' } },
          client: { name: 'web' },
          operation: { kind: 'query', name: 'Q', hash: expect.any(String) },
          variables: { v: false },
          requestId: 'r1',
        },
      },
    ]);
    expect(
      await subject.refused('query ($v: Boolean!) { open a @include(if: $v) }', { variables: { v: false } }),
    ).toEqual([]);
    expect(opa.asked).toHaveLength(1);
  });

  it.each([
    [['b1', 'b2'], []],
    [['b3'], []],
    [['b1'], ['b']],
    [{ b3: true }, []],
    [{ b3: 'true', b1: true }, ['b']],
    [true, []],
    [false, ['b']],
    ['b3', ['b']],
    [null, ['b']],
    [7, ['b']],
  ])('allows by the decision %j', async (decision, refused) => {
    const { url } = await startOpa((_, response) => void response.end(JSON.stringify({ result: decision })));
    expect(await withOpa(url).refused('{ b }')).toEqual(refused);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['an error', (response) => void response.writeHead(500).end('{"result":true}')],
    ['a redirect', (response) => void response.writeHead(307, { location: '/other' }).end()],
    ['no result', (response) => void response.end('{}')],
    ['no JSON', (response) => void response.end('<html>')],
    ['too much', (response) => void response.end(JSON.stringify({ result: ['a', 'x'.repeat(2_000_000)] }))],
    ['a broken connection', (response) => void response.destroy()],
    ['nothing in time', () => {}],
  ])('denies when it answers %s, or allows where the configuration says so', async (_, answer) => {
    const { url } = await startOpa((_input, response) => answer(response));
    const closed = withOpa(url);
    expect(await closed.refused('{ a open }')).toEqual(['a']);
    expect(closed.lines).toMatchObject([
      { level: 'error', fields: { policies: ['a'], allowed: false } },
      { level: 'debug' },
    ]);
    expect(await withOpa(url, { failClosed: false }).refused('{ a open }')).toEqual([]);
    // Only what the server decides about is open then.
    expect(await withOpa(url, { failClosed: false }).refused('{ many { y } }')).toEqual(['many.y']);
  });
});

describe('a module', () => {
  const withModule = async (text: string) => {
    const folder = await createTemporaryFolder();
    cleanups.push(() => folder.remove());
    const module = await folder.write('policies.mjs', text);
    return createSubject(graph, { policies: { module } });
  };

  it('is asked with the identity and decides at once or later', async () => {
    const subject = await withModule(`export async function evaluate(policies, { identity }) {
      return new Set(policies.filter((policy) => identity.scopes.includes(policy)));
    }`);
    expect(await subject.refused('{ a b }', { identity: someone({ scopes: ['a'] }) })).toEqual(['b']);
    expect(await subject.refused('{ a b }', { identity: someone({ scopes: ['a', 'b3'] }) })).toEqual([]);
  });

  it.each([
    'export const other = 1',
    'throw new Error("broken")',
    'export function evaluate() { throw new Error("x") }',
  ])('denies when it is %s', async (text) => {
    const subject = await withModule(text);
    expect(await subject.refused('{ a open }')).toEqual(['a']);
    expect(subject.lines.some(({ level }) => level === 'error')).toBe(true);
  });
});

it('denies what @policy guards when nothing answers it, and says so', async () => {
  const subject = createSubject(graph);
  expect(await subject.refused('{ a open }', { identity: someone() })).toEqual(['a']);
  expect(subject.lines[0]).toMatchObject({ level: 'warn', message: expect.stringContaining('@policy') });
});
