import { describe, expect, it } from 'vitest';
import { createRegistryStore } from '../../../../schema/registry/store/create-registry-store.ts';
import type { Database } from '../../../../schema/registry/store/database/database.ts';
import { openLibsqlDatabase } from '../../../../schema/registry/store/database/libsql-database.ts';
import { migrate } from '../../../../schema/registry/store/database/migrate.ts';
import { StoreError } from '../../../../schema/registry/store/store-error.ts';
import { toChunks } from '../../../../schema/registry/store/texts/chunk.ts';
import { because, production, sampleVersion } from '../../../support/registry-samples.ts';
import { createTemporaryFolder } from '../../../support/temporary-folder.ts';

/** Lines that a schema could have, each another one; the seed decides which. */
function toSdl(lines: number, seed = 1): string {
  const line = (index: number) =>
    `  field${(index * seed * 48_271) % 99_991}(first: Int): [Type${index % 97}!] @join__field(graph: G${index % 200})`;
  return Array.from({ length: lines }, (_, index) => (index % 12 === 0 ? `type T${index} {` : line(index))).join('\n');
}

describe('chunks of texts', () => {
  it('are the text, whatever it is', () => {
    const texts = [
      '',
      '\n',
      'a',
      toSdl(5_000),
      `${'x'.repeat(300_000)}\n${'\n'.repeat(9_000)}`,
      '𝒳'.repeat(100_001),
      `a${'𝒳'.repeat(100_001)}`,
    ];
    for (const text of texts) {
      const chunks = toChunks(text);
      expect(chunks.join('') === text).toBe(true);
      expect(chunks.every((chunk) => chunk.length <= 65_536 && Buffer.from(chunk).toString() === chunk)).toBe(true);
    }
  });

  it('stay the same where the text does', () => {
    const text = toSdl(20_000);
    const before = new Set(toChunks(text));
    expect(before.size).toBeGreaterThan(50);
    const lines = text.split('\n');
    for (const at of [0, 9_999, 19_999]) {
      const changed = lines.toSpliced(at, 1, 'type Changed {', '  id: ID!').join('\n');
      expect(toChunks(changed).filter((chunk) => !before.has(chunk)).length).toBeLessThanOrEqual(2);
    }
  });

  it('take little time for a text of one line', () => {
    const started = performance.now();
    expect(toChunks('x'.repeat(20_000_000)).length).toBeGreaterThan(300);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('texts in the embedded database', () => {
  async function open(directory: string) {
    const database = await openLibsqlDatabase(directory);
    await migrate(database, Date.now());
    const log = { warn: () => undefined, error: () => undefined };
    return { database, store: createRegistryStore({ database, now: Date.now, log }) };
  }

  async function bytesOf(database: Database): Promise<number> {
    const [pages] = await database.query(
      'select page_count * page_size as bytes from pragma_page_count, pragma_page_size',
    );
    return Number(pages?.['bytes']);
  }

  it('take little room for a thousand versions of 200 subgraphs', async () => {
    const folder = await createTemporaryFolder();
    const { database, store } = await open(folder.path);
    const subgraphs = Array.from({ length: 200 }, (_, index) => ({
      kind: 'federation' as const,
      name: `subgraph-${String(index).padStart(3, '0')}`,
      url: `http://subgraph-${index}.internal/graphql`,
      sdl: toSdl(60, index + 2),
    }));
    // 20 stand for a thousand, which would take a minute: each adds the same.
    const sizes: number[] = [];
    for (let version = 1; version <= 20; version++) {
      const at = (version * 37) % 200;
      subgraphs.splice(at, 1, { ...subgraphs[at]!, sdl: `${toSdl(60, at + 2)}\n# ${version}` });
      const supergraphSdl = subgraphs.map(({ sdl }) => sdl).join('\n');
      const next = { ...sampleVersion(version), subgraphs: [...subgraphs], supergraphSdl };
      expect(await store.commit(next, because('publish'))).toEqual({ kind: 'committed' });
      sizes.push(await bytesOf(database));
    }
    const perVersion = (sizes[19]! - sizes[0]!) / 19;
    expect(perVersion).toBeLessThan(30_000);
    await store.close();
    await folder.remove();
  });

  it('are not shown when they are damaged', async () => {
    const folder = await createTemporaryFolder();
    const { database, store } = await open(folder.path);
    await store.commit(sampleVersion(1, { sdl: toSdl(1_000) }), because('publish'));
    await database.query(`update chunks set bytes = ? where encoding = 'br'`, [Buffer.from('damaged')]);
    const damaged = store.readVersion(production);
    await expect(damaged).rejects.toThrow(/is damaged .* Put a backup in its place/);
    await expect(damaged).rejects.toBeInstanceOf(StoreError);
    await store.close();
    await folder.remove();
  });
});
