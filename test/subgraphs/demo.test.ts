import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parse } from 'yaml';
import { readAsset } from '../../subgraphs/asset.ts';
import { compiled } from '../support/compiled.ts';

/** What `npm start` and `npm run dev` run. */
const demo = [await compiled('subgraphs/demo.js')];
const sources = ['--import', 'tsx', path.resolve(import.meta.dirname, '../../subgraphs/demo.ts')];
const examples: readonly string[] = parse(readAsset('overlock.yaml')).graphiql.examples;
const everywhere = ['ACCOUNTS', 'PRODUCTS', 'REVIEWS', 'RECOMMENDATIONS', 'INVENTORY', 'SHIPPING', 'GATEWAY', 'ADMIN'];

describe('the demo', { timeout: 60_000 }, () => {
  it('answers every example that it prints, and ends with code 0 when only it is told to', async () => {
    const { origin, end } = await openShop(demo);
    for (const query of examples) {
      const { data, errors } = await (await post(origin, query, 'application/json')).json();
      expect(errors, query).toBeUndefined();
      expect(JSON.stringify(data), query).not.toMatch(/:null,"/);
    }
    await end((pid) => process.kill(pid, 'SIGTERM'));
  });

  it('tells subscribers of a new review, and ends with code 0 when Ctrl-C tells it and the gateway', async () => {
    const { origin, end } = await openShop(sources);
    const subscription = await post(origin, 'subscription { reviewAdded { stars } }', 'text/event-stream');
    const reader = subscription.body!.pipeThrough(new TextDecoderStream()).getReader();
    await post(origin, examples[2] ?? '', 'application/json');
    let events = '';
    while (!events.includes('event: next')) events += (await reader.read()).value;
    expect(events).toContain('data: {"data":{"reviewAdded":{"stars":5}}}');
    await end((pid) => process.kill(-pid, 'SIGINT'));
  });
});

function post(origin: string, query: string, accept: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', accept };
  return fetch(`${origin}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
}

/** Starts the demo in a process group of its own, on free ports; resolves when it is open. */
async function openShop(program: readonly string[]) {
  const ports = Object.fromEntries(everywhere.map((name) => [`${name}_PORT`, '0']));
  const child = spawn(process.execPath, program, {
    detached: true,
    env: { ...process.env, ...ports },
  });
  const exited = once(child, 'exit');
  const pid = child.pid ?? 0;
  onTestFinished(() => {
    // The group is gone when all went well.
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {}
  });
  let printed = '';
  child.stderr.on('data', (text) => {
    printed += text;
  });
  const origin = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (text) => {
      printed += text;
      const [, found] = /GraphiQL +(http.*)\/graphql/.exec(printed) ?? [];
      if (found !== undefined) resolve(found);
    });
    exited.then(() => reject(new Error(`The demo ended early:\n${printed}`)));
  });

  const end = async (tell: (pid: number) => void) => {
    tell(pid);
    const [code, signal] = await exited;
    expect([code, signal], printed).toEqual([0, null]);
    await expect(fetch(origin)).rejects.toThrow('fetch failed');
    // The loader's compiler ends a moment after the process that it served.
    await vi.waitFor(() => expect(() => process.kill(-pid, 0)).toThrow('ESRCH'), 5_000);
  };
  return { origin, end };
}
