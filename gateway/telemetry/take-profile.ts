import { Session } from 'node:inspector/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** What a profile shows: where time goes, or what takes memory. */
export type ProfileKind = 'cpu' | 'heap';

/** Of bytes that are taken one is looked at each so often, on average. */
const heapSampleBytes = 32 * 1024;

let isTaking = false;

/**
 * Profiles this process for so long; gives what browsers' tools and editors read as a `.cpuprofile` or `.heapprofile`.
 * @throws Error while another one is taken: they would measure each other
 */
export async function takeProfile(kind: ProfileKind, seconds: number): Promise<string> {
  if (isTaking) throw new Error('A profile is being taken. Try again when it has ended.');
  isTaking = true;
  const session = new Session();
  session.connect();
  try {
    return JSON.stringify(kind === 'cpu' ? await profileCpu(session, seconds) : await profileHeap(session, seconds));
  } finally {
    session.disconnect();
    isTaking = false;
  }
}

async function profileCpu(session: Session, seconds: number): Promise<unknown> {
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  await delay(seconds * 1_000);
  const { profile } = await session.post('Profiler.stop');
  return profile;
}

async function profileHeap(session: Session, seconds: number): Promise<unknown> {
  await session.post('HeapProfiler.startSampling', { samplingInterval: heapSampleBytes });
  await delay(seconds * 1_000);
  const { profile } = await session.post('HeapProfiler.stopSampling');
  return profile;
}
