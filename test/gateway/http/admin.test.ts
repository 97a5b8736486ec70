import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { adminSection } from '../../../gateway/config/listen.ts';
import { type AdminOptions, createAdminHandler } from '../../../gateway/http/admin.ts';
import { noTelemetry } from '../../../gateway/telemetry/no-telemetry.ts';

describe('the admin port', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
    server?.closeAllConnections();
  });

  async function start(options: Partial<AdminOptions>): Promise<string> {
    const handle = createAdminHandler({
      metricsText: async () => 'a 1\n',
      notReady: () => undefined,
      control: {
        access: adminSection.parse({}),
        store: () => undefined,
        shapes: [],
        now: Date.now,
        log: noTelemetry.log,
      },
      ...options,
    });
    const started = createServer(handle);
    server = started;
    await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
  }

  it('says whether the gateway lives and is ready, and why not', async () => {
    const origin = await start({ notReady: () => 'draining' });
    expect((await fetch(`${origin}/health/live`)).status).toBe(200);
    const ready = await fetch(`${origin}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ reason: 'draining' });
  });

  it('serves metrics as Prometheus reads them, and says when they are off', async () => {
    const origin = await start({});
    const metrics = await fetch(`${origin}/metrics?x=1`);
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await metrics.text()).toBe('a 1\n');
    server?.close();
    const off = await start({ metricsText: async () => undefined });
    expect((await fetch(`${off}/metrics`)).status).toBe(404);
  });

  it('tells operators what it is asked of one thing, and nobody else', async () => {
    const told: unknown[] = [];
    const readTimeline = async (...asked: unknown[]) => told.push(asked);
    const origin = await start({ readTimeline, listAnomalies: () => ({ found: [] }) });
    const statusOf = async (path: string, init?: RequestInit) => (await fetch(`${origin}${path}`, init)).status;
    const top = '/traffic/timeline?operation=4f1c';
    expect(await statusOf(`${top}&window=15m`)).toBe(200);
    expect(await statusOf('/traffic/timeline?subgraph=a%20b')).toBe(200);
    expect(told).toEqual([
      [{ of: 'operation', name: '4f1c' }, 900_000],
      [{ of: 'subgraph', name: 'a b' }, 300_000],
    ]);
    for (const query of ['', '?operation=a&client=b', '?client=a&client=b', `?client=${'a'.repeat(1_001)}`]) {
      expect(await statusOf(`/traffic/timeline${query}`)).toBe(400);
    }
    expect(await (await fetch(`${origin}/anomalies`)).json()).toEqual({ found: [] });
    const foreign = { headers: { origin: 'https://evil.example.com' } };
    expect([await statusOf(top, foreign), await statusOf('/anomalies', foreign)]).toEqual([403, 403]);
    expect([
      await statusOf('/constructor'),
      await statusOf('/alerts'),
      await statusOf(top, { method: 'POST' }),
    ]).toEqual([404, 404, 405]);
  });

  it('refuses other paths and methods', async () => {
    const origin = await start({});
    expect((await fetch(`${origin}/graphql`)).status).toBe(404);
    expect((await fetch(`${origin}/control`)).status).toBe(404);
    const post = await fetch(`${origin}/metrics`, { method: 'POST' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});
