import { writeFile } from 'node:fs/promises';
import { WebSocket } from 'undici';
import type { GatewayProcess } from './gateway-process.ts';

/** What V8 writes; see https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Time that one function spent itself, without what it called. */
export interface SelfTime {
  readonly name: string;
  /** File and line. */
  readonly place: string;
  /** Of all the time that the main thread was not idle, between 0 and 1. */
  readonly share: number;
}

/** The flag that lets a gateway be profiled. */
export const inspectFlag = '--inspect=127.0.0.1:0';

const samplingMicroseconds = 200;

/** Takes a CPU profile of a gateway, started with `inspectFlag`, while `run` runs; writes it to `file`. */
export async function profile(
  { output }: Pick<GatewayProcess, 'output'>,
  file: string,
  run: () => Promise<unknown>,
): Promise<readonly SelfTime[]> {
  const url = /Debugger listening on (ws:\S+)/.exec(output())?.[1];
  if (url === undefined) throw new Error('The gateway does not listen for a debugger.');
  const session = await openSession(url);
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: samplingMicroseconds });
  await session.post('Profiler.start');
  await run();
  const result = await session.post('Profiler.stop');
  session.close();
  const { profile: taken } = result as { profile: CpuProfile };
  await writeFile(file, JSON.stringify(taken));
  return toSelfTimes(taken);
}

/** One line for people. */
export function toLine({ name, place, share }: SelfTime): string {
  return `${(100 * share).toFixed(1).padStart(6)} %  ${name}  ${place}`;
}

async function openSession(url: string) {
  const socket = new WebSocket(url);
  const waiting = new Map<number, (result: unknown) => void>();
  let sent = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data));
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('The debugger cannot be reached.')));
  });
  return {
    post: (method: string, params = {}) =>
      new Promise<unknown>((resolve) => {
        sent += 1;
        waiting.set(sent, resolve);
        socket.send(JSON.stringify({ id: sent, method, params }));
      }),
    close: () => socket.close(),
  };
}

function toSelfTimes({ nodes, samples, timeDeltas }: CpuProfile): readonly SelfTime[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, number>();
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const { functionName = '', url = '', lineNumber = 0 } = frames.get(id) ?? {};
    if (functionName === '(idle)') continue;
    const time = timeDeltas[index] ?? 0;
    const key = `${functionName || '(anonymous)'}\n${toPlace(url, lineNumber)}`;
    busy += time;
    times.set(key, (times.get(key) ?? 0) + time);
  }
  return [...times]
    .sort(([, a], [, b]) => b - a)
    .map(([key, time]) => {
      const [name = '', place = ''] = key.split('\n');
      return { name, place, share: time / busy };
    });
}

function toPlace(url: string, line: number): string {
  if (url === '') return '';
  const folder = ['/node_modules/', '/dist/'].find((name) => url.includes(name));
  const start = folder === undefined ? 0 : url.lastIndexOf(folder) + folder.length;
  return `${url.slice(start)}:${line + 1}`;
}
