import { parseArgs } from 'node:util';
import { checkCases } from './check-cases.ts';
import { engines } from './engines.ts';

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'compiled' },
    /** Decides everything; printed with each failure. */
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    /** Of a failure: runs it alone. */
    path: { type: 'string', default: '' },
    /** Operations to judge in all. */
    runs: { type: 'string', default: '20000' },
    /** Operations on each supergraph. */
    operations: { type: 'string', default: '20' },
    /** Seconds after which to stop; 0 for never. */
    time: { type: 'string', default: '0' },
    /** Failures after which to stop. */
    failures: { type: 'string', default: '1' },
  },
});

const candidate = engines[values.engine];
if (candidate === undefined) throw new Error(`--engine is one of ${Object.keys(engines).join(', ')}.`);
const operations = Number(values.operations);
const start = performance.now();
const seconds = () => (performance.now() - start) / 1000;
const limit = Number(values.time) || Number.POSITIVE_INFINITY;
const total = { ran: 0, composed: 0, refused: 0, failures: 0 };

for (let seed = Number(values.seed); ; seed++) {
  const supergraphs = Math.ceil((Number(values.runs) - total.composed * operations) / operations);
  if (supergraphs <= 0 || seconds() >= limit || total.failures >= Number(values.failures)) break;
  const left = Number.isFinite(limit) ? limit - seconds() : undefined;
  const report = await checkCases(candidate, { seed, path: values.path, supergraphs, operations, seconds: left });
  total.ran += report.ran;
  total.composed += report.composed;
  total.refused += report.refused;
  if (report.failure !== undefined) {
    total.failures++;
    console.log(report.failure.text);
    const again = `--engine ${values.engine} --seed ${seed} --operations ${operations} --path ${report.failure.path}`;
    console.log(`Run it again: npm run fuzz -- ${again}\n`);
  }
  if (values.path !== '') break;
}

const { ran, composed, refused, failures } = total;
console.log(
  `${ran} operations on ${composed} supergraphs (${refused} more did not compose), ${Math.round(ran / seconds())} a second: ${failures} failures.`,
);
process.exitCode = failures > 0 ? 1 : 0;
