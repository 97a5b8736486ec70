import { afterAll, beforeAll, describe } from 'vitest';
import { describeWithPostgres, startPostgres, type TestPostgres } from './postgres.ts';
import { type RegistryProcess, startRegistry } from './registry-process.ts';

/** Starts a registry in a directory, or on a database of its own. */
type Start = (directory: string) => Promise<RegistryProcess>;

/** The same story of a registry's process on each database. */
export function describeOnEachRegistry(title: string, story: (start: Start) => void): void {
  describe(`${title}, embedded`, () => story((directory) => startRegistry(directory)));
  describeWithPostgres(`${title}, on PostgreSQL`, () => {
    let postgres: TestPostgres;
    beforeAll(async () => {
      postgres = await startPostgres();
    });
    afterAll(() => postgres[Symbol.asyncDispose]());
    story(async (directory) => startRegistry(directory, ['--database', await postgres.createDatabase()]));
  });
}
