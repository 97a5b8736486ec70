import { afterEach, describe, expect, it } from 'vitest';
import { Marks } from '../support/marks.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { askEverything } from './marked/ask-everything.ts';
import { arriving, nowAndThen, toByDesign } from './marked/by-design.ts';
import { operate } from './marked/operate.ts';
import { readOutputs } from './marked/read-outputs.ts';
import { type MarkedKind, startSurroundings } from './marked/surroundings.ts';

/** By which each output is known to be there. */
const signs: Readonly<Record<string, string>> = {
  metrics: 'overlock_fetches_total{',
  'metrics by OTLP': 'overlock_fetches_total',
  traces: 'fetch users',
  log: 'A fetch has ended.',
  'standard output': 'Overlock answers at',
  audit: 'access.refused',
  '/traffic': '"name":"users"',
  '/traffic/events': '"name":"users"',
  '/traffic/timeline': '"timeline":[',
  '/control/operations': 'me(token: ',
  '/control/state': '"refusals":[{',
  '/control': '"what":"client"',
  '/alerts': '"name":"failing-client"',
  '/anomalies': '"found":[',
  '/usage': '"by":"client"',
  'reports of usage': '"coordinates":[',
  'webhook alerts': '"type":"alert.fired"',
  'Slack alerts': 'failing-client',
  'PagerDuty alerts': '"event_action":"trigger"',
  'command alerts': 'failing-client',
  baselines: '{',
  answers: '"code":"GRAPHQL_VALIDATION_FAILED"',
  'explained answers': '"traceId":',
  commands: '"operations":[',
};

const kinds: readonly MarkedKind[] = [
  { lane: 'hot', format: 'json', traces: 'http/protobuf', metrics: 'http/json', limits: 'redis' },
  { lane: 'yoga', format: 'pretty', traces: 'grpc', metrics: 'grpc', limits: 'memory' },
];

describe('what the gateway tells of itself', () => {
  const endings: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  it.each(kinds)(
    'has nothing that nobody may read: $lane lane, log as $format, traces by $traces',
    async (kind) => {
      const marks = new Marks();
      const folder = await createTemporaryFolder();
      endings.push(folder.remove);
      const around = await startSurroundings(marks, folder, kind);
      endings.push(around.end);
      const conversation = await askEverything(marks, around);
      const commands = await operate(marks, around);
      await around.failUntilTold();
      const outputs = await readOutputs(around, conversation, commands);

      const missing = Object.entries(signs).filter(([output, sign]) => outputs[output]?.includes(sign) !== true);
      expect([Object.keys(outputs).sort(), missing]).toEqual([Object.keys(signs).sort(), []]);
      const arrived = new Set(marks.find({ others: around.backends.received() }).map(({ leak }) => leak));
      expect(arriving.filter((input) => !arrived.has(`${input} > others`))).toEqual([]);

      const byDesign = toByDesign(kind);
      const sightings = marks.find(outputs);
      const leaks = sightings.filter(({ leak }) => !byDesign.has(leak) && leak !== nowAndThen);
      expect(leaks.map(({ leak, place }) => `${leak}: ${place}`)).toEqual([]);
      expect([...byDesign].filter((leak) => !sightings.some((one) => one.leak === leak))).toEqual([]);
    },
    90_000,
  );
});
