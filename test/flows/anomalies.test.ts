import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAnomalyMetrics } from '../../gateway/telemetry/metrics/anomaly-metrics.ts';
import { toPrometheusText } from '../../gateway/telemetry/metrics/prometheus-text.ts';
import { noTelemetry } from '../../gateway/telemetry/no-telemetry.ts';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';

const as = (client: string): RequestInit => ({ headers: { 'apollographql-client-name': client } });

describe('a gateway that looks for anomalies', () => {
  let users: ServedSubgraph;
  let gateway: TestGateway;
  const { metrics, ...listeners } = createAnomalyMetrics();

  beforeAll(async () => {
    users = await serveSubgraph({
      name: 'users',
      sdl: 'type Query { me: String }',
      resolvers: { Query: { me: () => 'Ada' } },
    });
    const sections = {
      graph: { subgraphs: { users: { kind: 'federation', url: users.url } } },
      anomalies: { enabled: true, file: false },
    };
    gateway = await startTestGateway(toConfig(sections), { ...noTelemetry, ...listeners });
  });
  afterAll(async () => {
    await gateway?.stop();
    await users?.close();
  });

  it('counts who asks for what, until the next look', async () => {
    await gateway.ask('query Me { me }', {}, as('web'));
    await gateway.ask('query Me { me }', {}, as('ios'));
    await gateway.ask('{ nothing }', {}, as('web'));
    const step = gateway.runtime.stepTally.take(0);
    expect(step).toMatchObject({
      total: { requests: 3, errors: 1, refused: 0 },
      operations: { Me: { requests: 2, errors: 0 } },
      clients: { web: { requests: 2, errors: 1, operations: { Me: 1 } }, ios: { requests: 1 } },
      askers: { '127.0.0.1': { requests: 3, operation: 'Me', ofOperation: 2 } },
    });
    expect(toPrometheusText(metrics)).not.toMatch(/^overlock_forecast_requests_per_second \d/m);
  });

  it('refuses a share of the requests of a client that is held back', async () => {
    const block = (share: number) =>
      fetch(`${gateway.adminUrl}/control/blocks/held`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ value: { what: 'client', name: 'web', reason: 'Too much', setBy: 'anomalies', share } }),
      });
    expect((await block(1)).status).toBe(204);
    const refused = await gateway.ask('query Me { me }', {}, as('web'));
    expect(refused.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    expect((await gateway.ask('query Me { me }', {}, as('ios'))).data).toEqual({ me: 'Ada' });
    await block(0);
    expect((await gateway.ask('query Me { me }', {}, as('web'))).data).toEqual({ me: 'Ada' });
  });
});
