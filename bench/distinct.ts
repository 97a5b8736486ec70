import { parseArgs } from 'node:util';
import { type DistinctMemory, measureDistinct } from './distinct/measure-distinct.ts';
import { buildOverlock } from './harness/build-overlock.ts';
import { createOverlock } from './harness/contenders.ts';
import { startGateway } from './harness/gateway-process.ts';
import { memoryFlags } from './harness/memory.ts';
import { type Column, toTable } from './harness/table.ts';
import { withSubgraphs } from './harness/with-subgraphs.ts';

const usage = `Sends operations to a gateway that are all different, and shows what it keeps of them when all garbage is collected.

  npx tsx bench/distinct.ts [--operations 100000] [--connections 20] [--cached 2000] [--caches]

  --operations     how many; looked at after a tenth, a half and all of them
  --connections    how many clients there are
  --cached         limits.cachedOperations
  --caches         answers and entities are stored, too
`;

/** How much more may be held after all operations than after half of them. */
const ratioMost = 1.15;

const options = readOptions();
const overlock = await buildOverlock();
const contender = createOverlock(
  'distinct',
  {
    limits: { cachedOperations: options.cached },
    ...(options.caches && { cache: { response: { enabled: true }, entity: { enabled: true }, defaultMaxAge: '1m' } }),
  },
  overlock.main,
);
try {
  report(
    await withSubgraphs(async ({ supergraphFile }) => {
      const gateway = await startGateway(contender, {
        supergraphFile,
        forwards: false,
        flags: memoryFlags,
        hasChannel: true,
      });
      try {
        return await measureDistinct(gateway, options);
      } finally {
        await gateway.stop();
      }
    }),
  );
} finally {
  await overlock.remove();
}

function report(all: readonly DistinctMemory[]): void {
  const megabytes = (title: string, of: (one: DistinctMemory) => number): Column<DistinctMemory> => ({
    title,
    cell: (one) => (of(one) / 1e6).toFixed(1),
  });
  const columns: readonly Column<DistinctMemory>[] = [
    { title: 'operations', cell: ({ operations }) => String(operations) },
    megabytes('heap MB', ({ heapBytes }) => heapBytes),
    megabytes('code MB', ({ codeBytes }) => codeBytes),
    megabytes('external MB', ({ externalBytes }) => externalBytes),
    megabytes('resident MB', ({ residentBytes }) => residentBytes),
    { title: 'seconds', cell: ({ seconds }) => seconds.toFixed(0) },
    {
      title: 'answers',
      cell: ({ statuses }) => [...statuses].map(([status, count]) => `${count} of ${status}`).join(', '),
    },
  ];
  console.log(toTable(columns, all));
  const [half, whole] = all.slice(-2);
  const ratio = (whole?.heapBytes ?? 0) / (half?.heapBytes ?? 1);
  if (ratio <= ratioMost) return;
  console.log(`The heap grew to ${ratio.toFixed(2)} of what it was after half of them, and ${ratioMost} is allowed.`);
  process.exitCode = 1;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      operations: { type: 'string', default: '100000' },
      connections: { type: 'string', default: '20' },
      cached: { type: 'string', default: '2000' },
      caches: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const operations = Number(values.operations);
  return {
    counts: [operations / 10, operations / 2, operations],
    connections: Number(values.connections),
    cached: Number(values.cached),
    caches: values.caches,
  };
}
