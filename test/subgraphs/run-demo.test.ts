import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen } from '../../subgraphs/listen.ts';
import { runDemo } from '../../subgraphs/run-demo.ts';

/** Stands in for the gateway: tells how it was started, and is as healthy or stubborn as it is told to be. */
const standIn = `
  const { env, argv, pid } = process;
  if (env.STAND_IN_EXIT) process.exit(Number(env.STAND_IN_EXIT));
  if (env.STAND_IN_STUBBORN) process.on('SIGTERM', () => {});
  require('node:http').createServer((request, response) => {
    if (request.url === '/exit') process.exit(7);
    response.end(JSON.stringify({ env, argv, pid }));
  }).listen(Number(env.GATEWAY_PORT), '127.0.0.1');
`;

const services = ['ACCOUNTS', 'PRODUCTS', 'REVIEWS', 'RECOMMENDATIONS', 'INVENTORY', 'SHIPPING'];
const freePorts = Object.fromEntries([...services, 'GATEWAY', 'ADMIN'].map((name) => [`${name}_PORT`, '0']));

describe('the demo', () => {
  it('tells the gateway where the services are, says what to ask, and leaves nothing behind', async () => {
    const demo = startDemo({});
    const origin = await demo.origin;
    const { env, argv, pid } = await (await fetch(origin)).json();
    const urls = services.map((name) => new URL('/health', env[`${name}_URL`]));

    expect(argv.slice(1)).toEqual(['serve', '--config', expect.stringMatching(/subgraphs\/overlock\.yaml$/)]);
    expect(await Promise.all(urls.map(async (url) => (await fetch(url)).status))).toEqual(urls.map(() => 200));
    expect(demo.printed()).toContain(`${origin}/graphql`);
    expect(demo.printed().match(/^ {2}(query|mutation) /gm)).toHaveLength(3);

    demo.stop();
    expect(await demo.exitCode).toBe(0);
    for (const url of [...urls, origin]) await expect(fetch(url)).rejects.toThrow('fetch failed');
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('ends within 2 s when the gateway does not want to', async () => {
    const demo = startDemo({ STAND_IN_STUBBORN: 'yes' });
    const { pid } = await (await fetch(await demo.origin)).json();
    const stoppedAt = performance.now();
    demo.stop();
    expect(await demo.exitCode).toBe(0);
    expect(performance.now() - stoppedAt).toBeLessThan(2_000);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('stops when told to before the gateway is ready', async () => {
    const demo = startDemo({});
    demo.stop();
    expect(await demo.exitCode).toBe(0);
    expect(demo.printed()).toBe('');
  });

  it('ends with the exit code of a gateway that does not start', async () => {
    const demo = startDemo({ STAND_IN_EXIT: '3' });
    expect(await demo.exitCode).toBe(3);
    expect(demo.printed()).toContain('The gateway ended with exit code 3');
  });

  it('ends with the exit code of a gateway that dies later', async () => {
    const demo = startDemo({});
    await expect(fetch(`${await demo.origin}/exit`)).rejects.toThrow('fetch failed');
    expect(await demo.exitCode).toBe(7);
    expect(demo.printed()).toContain('The gateway ended with exit code 7');
  });

  it.each(['ACCOUNTS', 'SHIPPING', 'GATEWAY', 'ADMIN'])('names a taken port and whose it is: %s', async (name) => {
    const other = createServer();
    const { port } = new URL(await listen(other, 'other', { host: '127.0.0.1', port: 0 }));
    onTestFinished(() => void other.close());
    const demo = startDemo({ [`${name}_PORT`]: port });
    expect(await demo.exitCode).toBe(1);
    expect(demo.printed()).toContain(`${name.toLowerCase()} cannot listen on 127.0.0.1:${port}: the port is taken.`);
    expect(demo.printed()).toContain('GATEWAY_PORT');
  });

  it.each(['', 'abc', '-1', '65536', '1e3'])('refuses a port that is none: %j', async (port) => {
    const demo = startDemo({ REVIEWS_PORT: port });
    expect(await demo.exitCode).toBe(1);
    expect(demo.printed()).toContain(`"${port}" is not a port.`);
  });
});

function startDemo(environment: Readonly<Record<string, string>>) {
  const stop = new AbortController();
  let printed = '';
  let opened: (origin: string) => void;
  const origin = new Promise<string>((resolve) => {
    opened = resolve;
  });
  const exitCode = runDemo({
    gateway: ['--eval', standIn],
    environment: { ...freePorts, ...environment },
    print: (text) => {
      printed += text;
      const [, found] = /GraphiQL +(http.*)\/graphql/.exec(text) ?? [];
      if (found !== undefined) opened(found);
    },
    stop: stop.signal,
  });
  onTestFinished(async () => {
    stop.abort();
    await exitCode;
  });
  return { origin, exitCode, printed: () => printed, stop: () => stop.abort() };
}
