import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startServer } from './start-server.ts';

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const attack = '</script><script>alert(1)</script>';

describe('GraphiQL', () => {
  it('is one page for browsers that runs its own script and reaches nothing else', async () => {
    await using server = await startServer({}, { graphiql: { title: attack, examples: ['{ first }', `# ${attack}`] } });
    const answer = await fetch(`${server.url}/graphql?query={a}`, { headers: browser });
    const page = await answer.text();
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect([answer.headers.get('x-frame-options'), answer.headers.get('referrer-policy')]).toEqual([
      'DENY',
      'no-referrer',
    ]);
    expect(policy).toMatch(/^default-src 'none'; .*connect-src 'self'; .*frame-ancestors 'none'$/);
    expect(page.match(/<\/script/gi)?.length).toBe(1);
    const script = page.slice(page.indexOf('<script>') + 8, page.indexOf('</script>'));
    expect(policy).toContain(`'sha256-${createHash('sha256').update(script).digest('base64')}'`);
    expect(script).toContain(
      '{"query":"{ first }"},{"query":"# \\u003c/script>\\u003cscript>alert(1)\\u003c/script>"}',
    );
    expect(script).toContain('"endpoint":"/graphql"');
    expect(page).toContain('<title>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>');
  });

  it('is sent compressed, and not again to who has it', async () => {
    await using server = await startServer();
    const get = (headers: Record<string, string> = {}) =>
      fetch(`${server.url}/graphql`, { headers: { ...browser, ...headers } });
    const [first, second] = await Promise.all([get({ 'accept-encoding': 'gzip' }), get({ 'accept-encoding': 'gzip' })]);
    expect(Number(first.headers.get('content-length'))).toBeLessThan(3_500_000);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    expect(await first.text()).toBe(await second.text());
    const again = await get({ 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const head = await fetch(`${server.url}/graphql`, { method: 'HEAD', headers: browser });
    expect([head.status, head.headers.get('etag')]).toEqual([200, etag]);
  });

  it('has the scripts of its panel beside the endpoint, and no others of the console', async () => {
    await using server = await startServer({}, { listen: { path: '/' } });
    const get = (name: string, init: RequestInit = {}) => fetch(`${server.url}/app/${name}`, init);
    const main = await get('graphiql/main.js');
    expect([main.status, main.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    const names = Array.from((await main.text()).matchAll(/ from '(\.[^']+)'/g), ([, name = '']) => name);
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) expect((await get(`graphiql/${name}`)).status).toBe(200);
    for (const name of ['main.js', 'admin.js', 'graphiql/../admin.js', 'graphiql/main.js.map', '']) {
      expect([name, (await get(name)).status]).toEqual([name, 404]);
    }
    const etag = main.headers.get('etag') ?? '';
    expect((await get('graphiql/main.js', { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await get('graphiql/main.js', { method: 'POST' })).status).toBe(405);
    await using off = await startServer({}, { graphiql: { enabled: false } });
    expect((await fetch(`${off.url}/graphql/app/graphiql/main.js`)).status).toBe(404);
  });

  it('is not there for other clients, nor when it is off', async () => {
    await using on = await startServer();
    expect(await (await fetch(`${on.url}/graphql?query={a}`)).json()).toEqual({ data: { query: '{a}' } });
    await using off = await startServer({}, { graphiql: { enabled: false } });
    const refused = await fetch(`${off.url}/graphql`, { headers: browser });
    expect([refused.status, (await refused.json()).errors[0].extensions.code]).toEqual([406, 'NOT_ACCEPTABLE']);
    expect((await fetch(`${off.url}/graphql?query={a}`, { headers: browser })).status).toBe(200);
  });
});
