import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFileSource } from '../../../../../gateway/transport/endpoints/sources/file-source.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../../../support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await createTemporaryFolder();
});
afterEach(() => folder.remove());

const { signal } = new AbortController();

it.each([
  ['YAML', '- http://a/graphql\n- { url: http://b/graphql, weight: 3, group: canary, zone: eu }\n'],
  ['JSON', '["http://a/graphql", {"url": "http://b/graphql", "weight": 3, "group": "canary", "zone": "eu"}]'],
])('reads a list in %s', async (_name, text) => {
  const source = createFileSource({ file: await folder.write('list', text), group: 'stable' });
  const { endpoints } = await source.look(true, signal);
  expect(endpoints.map(({ url, ...rest }) => ({ url: url.href, ...rest }))).toEqual([
    { url: 'http://a/graphql', address: undefined, weight: 1, priority: 0, group: 'stable', zone: undefined },
    { url: 'http://b/graphql', address: undefined, weight: 3, priority: 0, group: 'canary', zone: 'eu' },
  ]);
});

it('takes an empty file for an empty list', async () => {
  const source = createFileSource({ file: await folder.write('list', ''), group: undefined });
  expect((await source.look(true, signal)).endpoints).toEqual([]);
});

it.each([
  ['no list', 'url: http://a/', 'expected array'],
  ['no URL', '- nonsense', 'expected object'],
  ['another scheme', '- ftp://a/', 'expected object'],
  ['an unknown key', '- { url: http://a/, wieght: 3 }', 'wieght'],
  ['no YAML', '- "', 'Missing closing'],
])('refuses %s', async (_name, text, message) => {
  const source = createFileSource({ file: await folder.write('list', text), group: undefined });
  await expect(source.look(true, signal)).rejects.toThrow(message);
});

it('fails where there is no file, and tells when it changes', async () => {
  const file = `${folder.path}/list`;
  const source = createFileSource({ file, group: undefined, pollMs: 20 });
  await expect(source.look(true, signal)).rejects.toThrow('It does not exist.');
  const changed = new Promise<void>((resolve) => source.watch?.(resolve));
  await folder.write('list', '- http://a/graphql');
  await changed;
  expect((await source.look(true, signal)).endpoints).toHaveLength(1);
  await source.close();
});
