import { once } from 'node:events';
import type { GatewayProcess } from './gateway-process.ts';

/** Flags for a gateway whose memory is measured; it also needs a channel. */
export const memoryFlags: readonly string[] = [
  '--expose-gc',
  '--import',
  new URL('memory-probe.mjs', import.meta.url).href,
];

/** What a process holds after all garbage was collected. */
export interface HeldMemory {
  /** Of JavaScript, code included. */
  readonly heapBytes: number;
  /** Of buffers, mostly. */
  readonly externalBytes: number;
  /** What JavaScript was compiled to. */
  readonly codeBytes: number;
  readonly residentBytes: number;
}

/** Collects the garbage of a gateway that was started with `memoryFlags`, and looks what is left. */
export async function readMemory({ child }: Pick<GatewayProcess, 'child'>): Promise<HeldMemory> {
  child.send('memory');
  const [memory] = await once(child, 'message');
  return memory as HeldMemory;
}
