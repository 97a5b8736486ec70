import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { type ServiceProcess, startServiceProcess } from '../support/service-process.ts';

const megabyte = 1024 ** 2;

let accounts: ServiceProcess;
let gateway: TestGateway;
beforeAll(async () => {
  setFlagsFromString('--expose-gc');
  accounts = await startServiceProcess('accounts');
  gateway = await startTestGateway(
    toConfig({ graph: { subgraphs: { accounts: { url: accounts.url } } }, limits: { cachedOperations: 20 } }),
  );
});
afterAll(async () => {
  await gateway?.stop();
  accounts?.kill();
});

async function usedBytes(): Promise<number> {
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('There is no gc().');
  // What is held by finished requests is let go over several turns and collections.
  for (let round = 0; round < 4; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  return process.memoryUsage().heapUsed;
}

/** They differ by their names and aliases, or by their literals. */
function distinctQuery(index: number): string {
  const alias = index % 2 === 0 ? `a${index}_` : 'a';
  const fields = Array.from({ length: 60 }, (_, field) => `${alias}${field}: name`).join(' ');
  return index % 2 === 0 ? `query Distinct${index} { me { ${fields} } }` : `{ user(id: "x${index}") { ${fields} } }`;
}

async function askDistinct(from: number, count: number): Promise<void> {
  let next = from;
  const work = async () => {
    while (next < from + count) {
      const { status, errors } = await gateway.ask(distinctQuery(next++));
      expect({ status, errors }).toEqual({ status: 200, errors: [] });
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

it('holds no more memory after many distinct queries than after some', { timeout: 60_000 }, async () => {
  await askDistinct(0, 200);
  const before = await usedBytes();
  await askDistinct(200, 600);
  const after = await usedBytes();
  // With a bound of 5,000 documents it grows by 11 MB, with this one by 1.
  expect(after - before).toBeLessThan(5 * megabyte);
});
