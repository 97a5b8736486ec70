import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { compiled } from '../support/compiled.ts';

const serve = await compiled('subgraphs/serve.js');

describe('npm run subgraph', () => {
  it('starts one service, says where it answers, and ends with code 0 when told to', async () => {
    const child = run(['shipping', '--host', '127.0.0.1'], { PORT: '0' });
    const exited = once(child, 'exit');
    const [line] = await once(child.stdout, 'data');
    const [, url] = /^shipping answers at (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(String(line)) ?? [];
    expect((await fetch(`${url}/health`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  it.each([
    [[], 'Say which service to start: accounts, products, reviews, recommendations, inventory, shipping.'],
    [['toString'], 'There is no service "toString". Say which'],
    [['accounts', '--port', '99999'], '"99999" is not a port.'],
    [['accounts', '--ports', '1'], "Unknown option '--ports'"],
  ])('says what is wrong with %j', async (args, message) => {
    const child = run(args, {});
    const exited = once(child, 'exit');
    const said = await text(child.stderr);
    expect(said).toContain(message);
    expect(said).not.toContain('    at ');
    expect(await exited).toEqual([1, null]);
  });
});

function run(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [serve, ...args], {
    env: { ...process.env, ...environment },
  });
  child.stdout.setEncoding('utf8');
  return child;
}
