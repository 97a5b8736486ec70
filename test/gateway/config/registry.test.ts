import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../gateway/config/load.ts';
import type { ConfigOverrides } from '../../../gateway/config/load-options.ts';
import { formatProblem } from '../../../gateway/config/problem.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const publicKeyEncoding = { type: 'spki', format: 'pem' } as const;
const privateKeyEncoding = { type: 'pkcs8', format: 'pem' } as const;
const { publicKey: pem } = generateKeyPairSync('ed25519', { publicKeyEncoding, privateKeyEncoding });
const { publicKey: otherPem } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding,
  privateKeyEncoding,
});

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await createTemporaryFolder();
  await folder.write('registry.pub', pem);
  return () => folder.remove();
});

/** The graph section of a configuration, or its problems. */
async function load(
  yaml: string | undefined,
  more: { graph?: ConfigOverrides['graph']; env?: Record<string, string> } = {},
) {
  const file = yaml === undefined ? undefined : 'test.yaml';
  if (yaml !== undefined) await writeFile(path.join(folder.path, 'test.yaml'), yaml);
  const { graph, env = {} } = more;
  const loaded = await loadConfig({ file, env, cwd: folder.path, overrides: { ...(graph && { graph }) } });
  return loaded.kind === 'loaded' ? loaded.config.graph : loaded.problems.map(formatProblem);
}

const whole = 'url: "http://r.test", graph: shop@production, token: t';

describe('the registry of a configuration', () => {
  it('has defaults, and takes its key from a file or as it is', async () => {
    const expected = {
      registry: {
        ...{ url: 'http://r.test', graph: { graph: 'shop', variant: 'production' }, token: 't', events: true },
        ...{ cache: '.overlock', publicKey: [pem.trim()] },
        usage: { every: 10_000, timeout: 5_000, drain: 2_000, clients: 500, operations: 2_000 },
      },
    };
    for (const key of ['registry.pub', '{ file: registry.pub }', `"\${KEY}"`]) {
      const graph = await load(`graph: { registry: { ${whole}, publicKey: ${key} } }`, { env: { KEY: pem } });
      expect(graph).toMatchObject(expected);
    }
    await folder.write('two.pub', `${pem}\n${pem}`);
    expect(
      await load(`graph: { registry: { ${whole}, publicKey: two.pub, cache: kept, usage: false } }`),
    ).toMatchObject({
      registry: { publicKey: [pem.trim(), pem.trim()], cache: path.join(folder.path, 'kept'), usage: false },
    });
  });

  it.each([
    [
      'a key that signs nothing here',
      `{ ${whole}, publicKey: ec.pub }`,
      /publicKey must be a public key of a registry.*the file "ec.pub"/,
    ],
    [
      'a file that is not there',
      `{ ${whole}, publicKey: none.pub }`,
      /publicKey names the file "none.pub", which does not exist/,
    ],
    [
      'a token with a line break',
      '{ url: "http://r.test", graph: a@b, token: "a\\nb" }',
      /token must be a token without spaces/,
    ],
    [
      'a graph without a variant',
      '{ url: "http://r.test", graph: shop, token: t }',
      /graph must be a graph and its variant/,
    ],
    ['no token', '{ url: "http://r.test", graph: a@b }', /token is required: .*OVERLOCK_TOKEN/],
    ['an option that is none', `{ ${whole}, usage: { evry: 1s } }`, /evry is not a known key; did you mean every/],
  ])('refuses %s', async (_name, registry, message) => {
    await folder.write('ec.pub', otherPem);
    const problems = await load(`graph: { registry: ${registry} }`);
    expect(problems).toEqual([expect.stringMatching(message)]);
    expect(String(problems)).not.toContain('a\nb');
  });

  it('is one of three places that a supergraph can come from', async () => {
    const message = expect.stringMatching(/graph needs either subgraphs, supergraph or registry/);
    expect(await load('graph: { poll: 1s }')).toEqual([message]);
    expect(await load(`graph: { supergraph: a.graphql, registry: { ${whole} } }`)).toEqual([message]);
  });

  it('takes the place of what the file says when a flag asks for it, and what is left out from the environment', async () => {
    const env = { OVERLOCK_REGISTRY: 'http://env.test', OVERLOCK_TOKEN: 'from-env' };
    const file = `graph: { poll: 7s, subgraphs: { a: { url: "\${NOWHERE}" } } }`;
    const registry = { graph: 'shop@production' };
    const followed = { url: 'http://env.test', token: 'from-env', graph: { graph: 'shop', variant: 'production' } };
    expect(await load(undefined, { graph: { registry }, env })).toMatchObject({ registry: followed });
    expect(await load(file, { graph: { registry }, env })).toMatchObject({ poll: 7_000, registry: followed });
    const flags = { url: 'http://flag.test', token: 'flag' };
    expect(await load(`graph: { registry: { ${whole} } }`, { graph: { registry: flags }, env })).toMatchObject({
      registry: { url: 'http://flag.test', token: 'flag', graph: { variant: 'production' } },
    });
    expect(await load('graph: { registry: { graph: shop@production } }', { env })).toMatchObject({
      registry: followed,
    });
  });

  it('is not followed for the environment alone', async () => {
    const env = { OVERLOCK_REGISTRY: 'http://env.test', OVERLOCK_TOKEN: 'from-env' };
    const file = 'graph: { subgraphs: { a: { url: "http://a.test" } } }';
    expect(await load(file, { env })).toMatchObject({ subgraphs: { a: { url: 'http://a.test' } } });
    const graph = { supergraph: 'one.graphql' };
    expect(await load(`graph: { registry: { ${whole} } }`, { graph, env })).toMatchObject({
      supergraph: path.join(folder.path, 'one.graphql'),
    });
    expect(await load(undefined, { env })).toEqual([expect.stringMatching(/follow a registry with --registry/)]);
  });
});
