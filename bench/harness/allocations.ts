import { once } from 'node:events';
import { Agent } from 'node:http';
import { ask } from './ask.ts';
import type { GatewayProcess } from './gateway-process.ts';

/**
 * Flags for a gateway whose allocations are measured. Compiled code allocates less than interpreted code, and when it is compiled
 * depends on the load of the machine: without the compilers a request allocates the same every time.
 */
export const allocationFlags: readonly string[] = [
  '--expose-gc',
  '--no-opt',
  '--no-sparkplug',
  '--min-semi-space-size=64',
  '--max-semi-space-size=64',
  '--import',
  new URL('allocation-probe.mjs', import.meta.url).href,
];

export interface AllocationOptions {
  readonly body: string;
  readonly authorization: string | undefined;
  readonly warmups: number;
  readonly requests: number;
}

/** Bytes that a gateway, started with `allocationFlags`, allocates on its JavaScript heap for one request. */
export async function measureAllocations(
  { child, url }: Pick<GatewayProcess, 'child' | 'url'>,
  { body, authorization, warmups, requests }: AllocationOptions,
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const askTimes = async (times: number) => {
    for (let turn = 0; turn < times; turn += 1) await ask({ url, body, authorization, agent });
  };
  const tell = async (message: string): Promise<unknown> => {
    child.send(message);
    const [answer] = await once(child, 'message');
    return answer;
  };
  await askTimes(warmups);
  await tell('start');
  await askTimes(requests);
  const { bytes } = (await tell('stop')) as { readonly bytes: number };
  agent.destroy();
  return bytes / requests;
}
