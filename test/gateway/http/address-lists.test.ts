import { describe, expect, it } from 'vitest';
import { startServer } from './start-server.ts';

describe('allowed and denied addresses', () => {
  const cases: readonly (readonly [
    address: string | undefined,
    lists: Record<string, readonly string[]>,
    status: number,
  ])[] = [
    ['192.0.2.7', {}, 200],
    [undefined, {}, 200],
    ['192.0.2.7', { deny: ['192.0.2.0/24'] }, 403],
    ['::ffff:192.0.2.7', { deny: ['192.0.2.7'] }, 403],
    ['192.0.3.7', { deny: ['192.0.2.0/24', '2001:db8::/32'] }, 200],
    ['2001:db8:9::1', { deny: ['192.0.2.0/24', '2001:db8::/32'] }, 403],
    ['192.0.2.7', { allow: ['192.0.2.0/25'] }, 200],
    ['192.0.2.200', { allow: ['192.0.2.0/25'] }, 403],
    ['192.0.2.7', { allow: ['::/0'] }, 403],
    ['192.0.2.7', { allow: ['192.0.2.0/24'], deny: ['192.0.2.7/32'] }, 403],
    ['192.0.2.7', { allow: [] }, 403],
    [undefined, { allow: ['0.0.0.0/0'] }, 403],
    [undefined, { deny: ['0.0.0.0/0'] }, 200],
  ];
  it.each(cases)('%s with %o is answered %i', async (address, lists, status) => {
    await using server = await startServer({ addressOf: () => address }, { listen: lists });
    const answer = await fetch(`${server.url}/graphql?query=%7Ba%7D`, { headers: { 'graphql-preflight': '1' } });
    expect(answer.status).toBe(status);
    if (status === 403) expect((await answer.json()).errors[0].extensions).toEqual({ code: 'FORBIDDEN' });
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  });

  it('are those of the connection by default, and are looked at before anything is read', async () => {
    await using server = await startServer({}, { listen: { deny: ['127.0.0.0/8'] } });
    const answer = await fetch(`${server.url}/graphql`, { method: 'PUT', body: 'no JSON' });
    expect(answer.status).toBe(403);
  });
});
