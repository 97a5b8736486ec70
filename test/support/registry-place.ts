import { afterAll, beforeAll, describe } from 'vitest';
import { openRegistryStore } from '../../schema/registry/store/open-registry-store.ts';
import type { RegistryStore } from '../../schema/registry/store/registry-store.ts';
import { describeWithPostgres, startPostgres, type TestPostgres } from './postgres.ts';
import { testTime } from './registry-samples.ts';
import { createTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts';

/** An empty place for a registry, and all that is opened in it. */
export interface RegistryPlace extends AsyncDisposable {
  /** What `openRegistryStore` takes. */
  readonly location: string;
  /** Opens the store; of the embedded database, there can be one at a time. */
  readonly open: () => Promise<RegistryStore>;
  /** Two instances on the same database; of the embedded one, the same store twice. */
  readonly openTwo: () => Promise<readonly [RegistryStore, RegistryStore]>;
  readonly clock: { now: number };
}

export interface RegistryPlaces {
  readonly kind: 'libsql' | 'PostgreSQL';
  readonly create: () => Promise<RegistryPlace>;
}

/** The same tests on each database. */
export function describeOnEachDatabase(title: string, tests: (places: RegistryPlaces) => void): void {
  describe(`${title}, embedded`, () => {
    let folder: TemporaryFolder;
    let made = 0;
    beforeAll(async () => {
      folder = await createTemporaryFolder();
    });
    afterAll(() => folder.remove());
    tests({
      kind: 'libsql',
      async create() {
        return createPlace(`${folder.path}/${made++}`, async (open) => {
          const store = await open();
          return [store, store];
        });
      },
    });
  });
  describeWithPostgres(`${title}, on PostgreSQL`, () => {
    let postgres: TestPostgres;
    beforeAll(async () => {
      postgres = await startPostgres();
    });
    afterAll(() => postgres[Symbol.asyncDispose]());
    tests({
      kind: 'PostgreSQL',
      async create() {
        return createPlace(await postgres.createDatabase(), async (open) => [await open(), await open()]);
      },
    });
  });
}

type Open = () => Promise<RegistryStore>;

function createPlace(
  location: string,
  openTwo: (open: Open) => Promise<readonly [RegistryStore, RegistryStore]>,
): RegistryPlace {
  const opened: RegistryStore[] = [];
  const clock = { now: testTime };
  const open = async () => {
    const store = await openRegistryStore({ location, now: () => clock.now });
    opened.push(store);
    return store;
  };
  return {
    location,
    clock,
    open,
    openTwo: () => openTwo(open),
    async [Symbol.asyncDispose]() {
      for (const store of opened) await store.close();
    },
  };
}
