import { createRegistryStore } from '../../../../schema/registry/store/create-registry-store.ts';
import type { Database, Queries } from '../../../../schema/registry/store/database/database.ts';
import { openDatabase } from '../../../../schema/registry/store/database/open-database.ts';
import { announcing, sampleVersion } from '../../../support/registry-samples.ts';

/** Publishes version 2 and dies as by `kill -9` at a step: before each statement, before all is kept, and after it. */
const [location = '', dieAt = ''] = process.argv.slice(2);
let step = 0;

function live(): void {
  if (++step === Number(dieAt)) process.kill(process.pid, 'SIGKILL');
}

function mortal({ query }: Queries): Queries {
  return {
    query(sql, values) {
      live();
      return query(sql, values);
    },
  };
}

const log = { warn: () => undefined, error: () => undefined };
const database = await openDatabase(location, log);
const dying: Database = {
  dialect: database.dialect,
  ...mortal({ query: (sql, values) => database.query(sql, values) }),
  async transaction(work) {
    const result = await database.transaction(async (transaction) => {
      const done = await work({ ...transaction, ...mortal(transaction) });
      live();
      return done;
    });
    live();
    return result;
  },
  follow: (listener) => database.follow(listener),
  withLease: (name, work) => database.withLease(name, work),
  close: () => database.close(),
};
const store = createRegistryStore({ database: dying, now: Date.now, log });
const owners = new Map([['books', 'library']]);
await store.commit(sampleVersion(2), { ...announcing('published'), owners });
await store.close();
