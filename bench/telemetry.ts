import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { compareInTurns } from './harness/compare-in-turns.ts';
import { type Contender, createOverlock } from './harness/contenders.ts';
import { leaveGatewayProcessor } from './harness/gateway-process.ts';
import { readTurnFlags, turnOptions, turnSynopsis } from './harness/turn-flags.ts';
import { withSubgraphs } from './harness/with-subgraphs.ts';

const usage = `Measures what telemetry costs, in turns: none of it against metrics, traces of 1 % of the requests, and a log of 1 % of them.

  npm run bench:telemetry -- [--heavy] ${turnSynopsis}

  --heavy        the heavy query; default: the light one
`;

/** What all telemetry may add to the CPU time of a request, and how many requests a turn has. */
const queries = {
  light: { ratioMost: 1.1, requestsPerTurn: 400 },
  heavy: { ratioMost: 1.05, requestsPerTurn: 100 },
} as const;

const { values } = parseArgs({ options: { ...turnOptions, heavy: { type: 'boolean', default: false } } });
const flags = readTurnFlags(values, usage);
const query = values.heavy ? 'heavy' : 'light';
const { ratioMost, requestsPerTurn } = queries[query];
const collector = await startCollector();
const off = { metrics: { prometheus: false }, logs: { level: 'warn' } };
const traces = { otlp: collector.url, sample: '1%' };
const access = { sample: '1%' };
const overlock = (name: string, telemetry: Readonly<Record<string, unknown>>) => createOverlock(name, { telemetry });
const none = overlock('none', off);
const all = overlock('all', { traces, metrics: { otlp: collector.url }, logs: { access } });
const parts = [
  overlock('metrics', { ...off, metrics: {} }),
  overlock('traces', { ...off, traces }),
  overlock('log of 1 %', { ...off, logs: { access } }),
  overlock('log of all', { ...off, logs: { access: true } }),
];

leaveGatewayProcessor();
try {
  await withSubgraphs(async (stage) => {
    const kindOf = (contender: Contender) => ({ contender, supergraphFile: stage.supergraphFile });
    const comparison = {
      subject: 'telemetry',
      without: kindOf(none),
      parts: flags.parts ? parts.map(kindOf) : [],
      all: kindOf(all),
      ratioMost,
    };
    const workload = { name: query, query, authorizations: 1, forwards: false } as const;
    await compareInTurns(comparison, stage, { ...flags, workload, requestsPerTurn });
  });
} finally {
  collector.close();
}

/** Takes whatever it is sent. */
async function startCollector() {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(200).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
