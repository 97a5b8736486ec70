import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSchema, graphqlSync } from 'graphql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GraphConfig, SubgraphConfig } from '../../../../gateway/config/graph.ts';
import { createSource } from '../../../../gateway/supergraph/sources/create-source.ts';
import type { SourceOutcome, SupergraphSource } from '../../../../gateway/supergraph/sources/source.ts';
import { createRecordingLogger } from '../../../support/recording-logger.ts';

const federated = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type Query { me: User } type User @key(fields: "id") { id: ID! name: String }`;
const plain = 'type Query { usersById(ids: [ID!]!): [User] } type User { id: ID! karma: Int }';

type Respond = (body: string) => { status?: number; text: string } | undefined;

describe('a source of supergraphs', () => {
  let folder: string;
  const servers: Server[] = [];
  const sources: SupergraphSource[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'overlock-'));
  });
  afterEach(async () => {
    for (const source of sources.splice(0)) await source.close();
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
    await rm(folder, { recursive: true });
  });

  async function serve(respond: Respond): Promise<string> {
    const server = createServer(async (request, response) => {
      const { status = 200, text } = respond(await readAll(request)) ?? {};
      if (text !== undefined) response.writeHead(status, { 'content-type': 'application/json' }).end(text);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  }

  function sourceOf(graph: Partial<GraphConfig>) {
    const { log, lines } = createRecordingLogger();
    const source = createSource({ poll: 1_000, schemaTimeout: 2_000, ...graph } as GraphConfig, log);
    sources.push(source);
    return { source, lines };
  }

  const sdlOf =
    (sdl: () => string): Respond =>
    () => ({ text: JSON.stringify({ data: { _service: { sdl: sdl() } } }) });
  const introspectable: Respond = (body) => {
    const { query } = JSON.parse(body) as { query: string };
    return { text: JSON.stringify(graphqlSync({ schema: buildSchema(plain), source: query })) };
  };

  it('composes live federated and plain services and a file', async () => {
    await writeFile(path.join(folder, 'stock.graphql'), 'type Query { stock: Int @rest(path: "/stock") }');
    const { source } = sourceOf({
      subgraphs: {
        users: { kind: 'federation', url: await serve(sdlOf(() => federated)) },
        karma: {
          kind: 'graphql',
          url: await serve(introspectable),
          entities: { User: { key: 'id', field: 'usersById', argument: 'ids', list: true } },
        },
        stock: {
          kind: 'rest',
          url: 'http://127.0.0.1:1',
          schema: path.join(folder, 'stock.graphql'),
          maxConcurrency: 1,
        },
      } satisfies Record<string, SubgraphConfig>,
    });
    const outcome = await source.load();
    expect(problemsOf(outcome)).toEqual([]);
    expect(outcome).toMatchObject({
      supergraph: { subgraphs: [{ name: 'karma' }, { name: 'stock' }, { name: 'users' }] },
    });
    expect(outcome.kind === 'supergraph' && outcome.supergraph.publicSdl).toMatch(/karma[\s\S]*name|name[\s\S]*karma/);
    expect([source.live, source.files]).toEqual([true, [path.join(folder, 'stock.graphql')]]);
  });

  it.each([
    ['HTML', () => ({ text: '<html>' }), 'it answered something that is not JSON'],
    ['an error status', () => ({ status: 503, text: 'secret' }), 'it answered with HTTP status 503'],
    ['no SDL', () => ({ text: '{"data":{"_service":null}}' }), 'set kind: graphql'],
    ['errors', () => ({ text: '{"errors":[{"message":"no"}]}' }), 'give a schema file'],
    ['nothing in time', () => undefined, 'no answer in time'],
  ] satisfies [string, Respond, string][])(
    'names the service that answers %s, and what was tried',
    async (_what, respond, reason) => {
      const url = await serve(respond);
      const { source } = sourceOf({ schemaTimeout: 300, subgraphs: { users: { kind: 'federation', url } } });
      const [problem] = problemsOf(await source.load());
      expect(problem).toMatchObject({ code: 'SCHEMA_UNAVAILABLE', subgraph: 'users' });
      expect(problem?.message).toContain(`Tried to ask ${url}`);
      expect(problem?.message).toContain(reason);
      expect(problem?.message).not.toContain('secret');
    },
  );

  it('names every schema that cannot be had, at once', async () => {
    const { source } = sourceOf({
      subgraphs: {
        a: { kind: 'federation', url: 'http://127.0.0.1:1/graphql' },
        b: { kind: 'federation', url: 'http://127.0.0.1:1/graphql', schema: path.join(folder, 'none.graphql') },
        c: { kind: 'rest', url: 'http://127.0.0.1:1', openapi: path.join(folder, 'none.yaml'), maxConcurrency: 1 },
      },
    });
    expect(problemsOf(await source.load()).map(({ subgraph }) => subgraph)).toEqual(['a', 'b', 'c']);
  });

  it('keeps the last schema of a service that cannot be asked any more, and says so', async () => {
    const url = await serve(sdlOf(() => federated));
    const { source, lines } = sourceOf({ subgraphs: { users: { kind: 'federation', url } } });
    const first = await source.load();
    servers[0]?.close();
    servers[0]?.closeAllConnections();
    expect(await source.load()).toEqual(first);
    expect(lines).toMatchObject([{ level: 'warn', message: expect.stringContaining('Its last schema stays.') }]);
  });

  it('gives problems of a change that does not compose', async () => {
    let sdl = federated;
    const { source } = sourceOf({ subgraphs: { users: { kind: 'federation', url: await serve(sdlOf(() => sdl)) } } });
    expect((await source.load()).kind).toBe('supergraph');
    sdl = federated.replace('name: String', 'name: Missing');
    expect(problemsOf(await source.load()).length).toBeGreaterThan(0);
  });

  it('reads a supergraph from a file or a URL, and says why it cannot', async () => {
    const composed = await sourceOf({
      subgraphs: { users: { kind: 'federation', url: await serve(sdlOf(() => federated)) } },
    }).source.load();
    const supergraph = composed.kind === 'supergraph' ? composed.supergraph : undefined;
    const sdl = supergraph?.sdl ?? '';
    const file = path.join(folder, 'supergraph.graphql');
    await writeFile(file, sdl);
    const fromFile = sourceOf({ supergraph: file }).source;
    expect(await fromFile.load()).toEqual({ kind: 'supergraph', supergraph });
    expect([fromFile.live, fromFile.files]).toEqual([false, [file]]);
    const fromUrl = sourceOf({ supergraph: await serve(() => ({ text: sdl })) }).source;
    expect(await fromUrl.load()).toEqual({ kind: 'supergraph', supergraph });
    expect(fromUrl.live).toBe(true);

    await writeFile(file, 'type Query { a: Int }');
    expect(problemsOf(await fromFile.load())).not.toEqual([]);
    await rm(file);
    expect(problemsOf(await fromFile.load())).toMatchObject([{ code: 'SUPERGRAPH_UNAVAILABLE' }]);
  });
});

function problemsOf(outcome: SourceOutcome) {
  return outcome.kind === 'failed' ? outcome.problems : [];
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
