import { describe, expect, it } from 'vitest';
import { startServer } from './start-server.ts';

const shop = 'https://shop.example.com';

async function corsHeaders(url: string, init: RequestInit): Promise<Record<string, string>> {
  const answer = await fetch(`${url}/graphql?query={a}`, init);
  await answer.arrayBuffer();
  const entries = [...answer.headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary');
  return { status: String(answer.status), ...Object.fromEntries(entries) };
}

const preflight = (origin: string) => ({
  method: 'OPTIONS',
  headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,x-a' },
});

describe('cors', () => {
  it('tells no page anything unless configured', async () => {
    await using server = await startServer();
    expect(await corsHeaders(server.url, preflight(shop))).toEqual({ status: '204' });
    expect(await corsHeaders(server.url, { headers: { origin: shop } })).toEqual({
      status: '403',
    });
  });

  it('lets named origins in, with credentials where configured, and never repeats another', async () => {
    const cors = { origins: [shop], credentials: true, exposeHeaders: ['x-request-id'], maxAge: '10m' };
    await using server = await startServer({}, { cors });
    const shared = {
      vary: 'Origin',
      'access-control-allow-origin': shop,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'x-request-id',
    };
    expect(await corsHeaders(server.url, preflight(shop))).toEqual({
      ...shared,
      status: '204',
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'content-type,x-a',
      'access-control-max-age': '600',
    });
    expect(await corsHeaders(server.url, { headers: { origin: shop } })).toEqual({
      ...shared,
      status: '200',
      vary: 'Origin, Accept-Encoding',
    });
    expect(await corsHeaders(server.url, { method: 'PUT', headers: { origin: shop } })).toEqual({
      ...shared,
      status: '405',
    });
    for (const origin of ['https://evil.example', `${shop}.evil.example`, 'http://shop.example.com', 'null']) {
      expect(await corsHeaders(server.url, preflight(origin)), origin).toEqual({ status: '204', vary: 'Origin' });
    }
    expect(await corsHeaders(server.url, {})).toEqual({ status: '200', vary: 'Origin, Accept-Encoding' });
  });

  it('lets every origin in with a star, with the configured headers only', async () => {
    await using server = await startServer({}, { cors: { origins: '*', allowHeaders: ['content-type'] } });
    expect(await corsHeaders(server.url, preflight('https://any.example'))).toEqual({
      status: '204',
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '3600',
    });
  });

  it('does not repeat requested headers that are no header names', async () => {
    await using server = await startServer({}, { cors: { origins: '*' } });
    const headers = { origin: shop, 'access-control-request-headers': 'x-a, <b>' };
    expect(await corsHeaders(server.url, { method: 'OPTIONS', headers })).not.toHaveProperty(
      'access-control-allow-headers',
    );
  });
});
