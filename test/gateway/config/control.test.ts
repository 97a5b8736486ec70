import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { controlStoreOf } from '../../../gateway/config/control.ts';
import { loadConfig } from '../../../gateway/config/load.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await createTemporaryFolder();
});
afterEach(() => folder.remove());

async function load(text: string) {
  await folder.write('overlock.yaml', `graph: { supergraph: s.graphql }\n${text}\n`);
  const loaded = await loadConfig({ file: undefined, env: {}, cwd: folder.path });
  if (loaded.kind === 'misconfigured') return loaded.problems.map(({ path, message }) => `${path} ${message}`);
  return loaded.config;
}

async function storeOf(text: string): Promise<unknown> {
  const config = await load(text);
  return 'control' in config ? controlStoreOf(config) : config;
}

const redis = 'redis://redis.test:6380';

describe('control', () => {
  it('keeps what operators say in memory, or in the Redis that limits are counted in', async () => {
    expect(await storeOf('')).toBe('memory');
    expect(
      await storeOf(`rateLimit: { store: { redis: "${redis}", cluster: true, prefix: shop, timeout: 5ms } }`),
    ).toEqual({
      redis,
      cluster: true,
      prefix: 'shop',
      timeout: 2_000,
    });
    const both = `rateLimit: { store: { redis: "${redis}" } }\ncontrol:`;
    expect(await storeOf(`${both} { store: memory }`)).toBe('memory');
  });

  it('is where sentinels say that the Redis of limits is', async () => {
    const sentinels = '{ sentinels: ["a", "[::1]:26380"], name: shop, password: secret }';
    expect(await storeOf(`rateLimit: { store: { redis: ${sentinels} } }`)).toMatchObject({
      redis: { sentinels: ['a', '[::1]:26380'], name: 'shop', password: 'secret', database: 0, tls: false },
      cluster: false,
    });
  });

  it('has its defaults for Redis, and takes the path of a file from the folder of the configuration', async () => {
    expect(await storeOf(`control: { store: { redis: "${redis}" } }`)).toEqual({
      redis,
      cluster: false,
      prefix: 'overlock',
      timeout: 2_000,
    });
    expect(await storeOf('control: { store: { file: data/control.json } }')).toEqual({
      file: `${folder.path}/data/control.json`,
    });
  });

  it.each([
    ['control: { store: disk }', 'control.store must be memory, or a mapping with a file or the URL of a redis'],
    [
      'control: { store: { redis: "http://a" } }',
      'control.store.redis must be a redis:// or rediss:// URL, or a mapping with sentinels and name',
    ],
    [
      'control: { store: { redis: { sentinels: ["redis://a:1"], name: shop } } }',
      'control.store.redis.sentinels[0] must be such as sentinel-1:26379 or [::1]:26379',
    ],
    [
      'control: { store: { redis: { sentinels: [a], name: shop }, cluster: true } }',
      'control.store.cluster is only for a URL',
    ],
    [
      'control: { store: { redis: { sentinels: [a] } } }',
      'control.store.redis.name is required: What the sentinels call the master.',
    ],
    [
      'control: { store: { redis: { sentinels: [a], name: shop, pasword: x } } }',
      'control.store.redis.pasword is not a known key; did you mean password?',
    ],
    ['control: { stor: memory }', 'control.stor is not a known key; did you mean store?'],
    ['identity: { apiKeys: { header: x-key } }', 'identity.apiKeys needs either file or store'],
    ['identity: { apiKeys: { file: keys.json, store: true } }', 'identity.apiKeys needs either file or store'],
    ['identity: { apiKeys: { store: false } }', 'identity.apiKeys.store must be true'],
    ['admin: { token: secret }', 'admin.token must be at least 16 printable ASCII characters without spaces'],
    ['admin: { hosts: ["a:9464"] }', 'admin.hosts[0] must be a host name or an IPv4 address, without a port'],
  ])('refuses %s', async (text, problem) => {
    expect(await load(text)).toEqual([problem]);
  });
});
