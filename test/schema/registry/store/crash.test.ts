import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnEachDatabase, type RegistryPlace } from '../../../support/registry-place.ts';
import { announcing, production, sampleVersion } from '../../../support/registry-samples.ts';

// Where Node finds the packages of this repository from.
const folder = path.resolve(import.meta.dirname, '../../../../node_modules/.cache', `overlock-crash-${process.pid}`);
const program = path.join(folder, 'dying-publisher.mjs');

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [path.join(import.meta.dirname, 'dying-publisher.ts')],
    outfile: program,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Resolves with what ended it. */
async function publishAndDie(location: string, step: number): Promise<unknown> {
  const publisher = spawn(process.execPath, [program, location, String(step)], { stdio: 'inherit' });
  const [code, signal] = await once(publisher, 'exit');
  return signal ?? code;
}

/** Everything that a publish writes. */
async function readAll(place: RegistryPlace) {
  const store = await place.open();
  const everything = {
    latest: await store.readVersion(production),
    versions: (await store.listVersions(production, { limit: 9 })).items.length,
    audit: (await store.listAudit({ limit: 9 })).items.length,
    events: (await store.listEvents(9)).length,
    owners: Object.fromEntries(await store.listOwners('shop')),
  };
  await store.close();
  return everything;
}

describeOnEachDatabase('a publisher that is killed', ({ create }) => {
  it('leaves the old version or the new one, whole, at whatever step it dies', async () => {
    await using place = await create();
    const store = await place.open();
    await store.commit(sampleVersion(1), announcing('published'));
    await store.close();

    const before = { latest: sampleVersion(1), versions: 1, audit: 1, events: 1, owners: {} };
    const after = { latest: sampleVersion(2), versions: 2, audit: 2, events: 2, owners: { books: 'library' } };
    let steps = 0;
    for (let isOld = true; isOld; ) {
      expect(await publishAndDie(place.location, ++steps)).toBe('SIGKILL');
      const found = await readAll(place);
      isOld = found.versions === 1;
      expect(found).toEqual(isOld ? before : after);
    }
    expect(steps).toBeGreaterThan(10);
  }, 60_000);
});
