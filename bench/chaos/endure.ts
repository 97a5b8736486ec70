import { setTimeout as delay } from 'node:timers/promises';
import { startConstantLoad } from '../../test/support/constant-load.ts';
import { answered } from './backend.ts';
import type { ChaosCase, Place } from './cases.ts';
import { createClient } from './client.ts';
import { type ChaosReport, type Sent, type SlowestOf, toLatencies } from './report.ts';
import { needingQuery, otherQuery, type Stage } from './stage.ts';

/** Each second; as many need the backend that has trouble as do not. */
export const requestsPerSecond = 200;

/** How a case is run and looked at. */
export interface Course {
  /** Of the time before the trouble. */
  readonly usualSeconds: number;
  /** Of the trouble, where it needs no longer. */
  readonly troubleSeconds: number;
  /** In which nothing may fail any longer after the repair. */
  readonly wellSeconds: number;
  readonly slowestOf: SlowestOf;
}

/** A repair that is not noticed within that time is not waited for. */
const recoveryMostMs = 15_000;
/** More than what a busy machine adds to a request that waits for nothing. */
const waitedMs = 2_000;

/** Has a backend get into trouble for a while and out of it again, under load that never ends. */
export async function endure(stage: Stage, chaosCase: ChaosCase, course: Course): Promise<ChaosReport> {
  const place = stage.placeOf(chaosCase);
  for (const backend of place.backends) {
    await backend.start();
    backend.forget();
  }
  chaosCase.prepare(place);
  const gateway = createClient(stage.gateway.url);
  const users = createClient(stage.users.url);
  const needing = needingQuery(chaosCase);
  const load = startConstantLoad(requestsPerSecond, (of) =>
    of % 2 === 1 ? gateway.ask(needing, { of }) : gateway.ask(otherQuery),
  );
  const control = startConstantLoad(requestsPerSecond / 2, () => users.ask(otherQuery));
  const seconds = Math.max(course.troubleSeconds, chaosCase.leastSeconds);
  try {
    await delay(course.usualSeconds * 1_000);
    const begunMs = performance.now();
    await chaosCase.begin(place);
    await delay(seconds * 1_000);
    const endedMs = performance.now();
    await chaosCase.repair(place);
    const repairedMs = performance.now();
    await untilWell(load.sent, repairedMs, course.wellSeconds * 1_000, chaosCase);
    await Promise.all([load.stop(), control.stop()]);
    const times = { begunMs, endedMs, repairedMs };
    return await toReport({ ...times, place, chaosCase, sent: load.sent, controls: control.sent, course });
  } finally {
    await Promise.all([load.stop(), control.stop()]);
    await Promise.all([gateway.close(), users.close()]);
  }
}

/** Resolves when for a while nothing has failed that was asked for after the repair. */
async function untilWell(
  sent: readonly Sent[],
  repairedMs: number,
  wellMs: number,
  chaosCase: ChaosCase,
): Promise<void> {
  const isOver = () => {
    const failures = sent.filter((one) => one.tookMs !== undefined && !isWhole(one, chaosCase));
    const lastMs = Math.max(repairedMs, ...failures.map(({ sentMs }) => sentMs));
    const nowMs = performance.now();
    return nowMs - lastMs >= wellMs || nowMs - repairedMs >= recoveryMostMs;
  };
  while (!isOver()) await delay(50);
}

interface Observed {
  readonly place: Place;
  readonly chaosCase: ChaosCase;
  readonly course: Course;
  readonly sent: readonly Sent[];
  readonly controls: readonly Sent[];
  readonly begunMs: number;
  readonly endedMs: number;
  readonly repairedMs: number;
}

async function toReport(observed: Observed): Promise<ChaosReport> {
  const { place, chaosCase, course, sent, controls, begunMs, endedMs, repairedMs } = observed;
  const others = sent.filter((one) => !isNeeding(one));
  const meanwhile = sent.filter((one) => isNeeding(one) && one.sentMs >= begunMs && one.sentMs < endedMs);
  const mustBeWhole = (one: Sent) => !isNeeding(one) || chaosCase.unnoticed || endOf(one) < begunMs;
  const failed = sent.filter((one) => !isWhole(one, chaosCase));
  const failedLate = failed.filter(({ sentMs }) => sentMs >= repairedMs).map(({ sentMs }) => sentMs);
  return {
    title: chaosCase.title,
    requests: sent.length,
    failed: failed.filter((one) => mustBeWhole(one) || one.answer?.data?.['me'] !== answered).length,
    affected: failed.filter((one) => !mustBeWhole(one)).length,
    latencies: toLatencies(others, controls, begunMs, endedMs, course.slowestOf),
    recoverySeconds: Math.max(0, ...failedLate.map((sentMs) => sentMs - repairedMs)) / 1_000,
    loadRatio: await readLoadRatio(place, chaosCase, meanwhile),
    waiting: meanwhile.filter((one) => one.sentMs >= endedMs - 1_000 && endOf(one) - one.sentMs > waitedMs).length,
  };
}

/**
 * What the backend has got that had trouble, of all that was asked for meanwhile, to what it gets of that when it is well; `undefined`
 * when none is to be spared.
 */
async function readLoadRatio(
  { backends }: Place,
  { found }: ChaosCase,
  needing: readonly Sent[],
): Promise<number | undefined> {
  if (found === 'by-dns') return undefined;
  const [from = 0, to = 0] = [needing[0]?.index, needing.at(-1)?.index];
  return (await backends[0].received(from, to + 1)) / (needing.length / backends.length);
}

const isNeeding = ({ index }: Sent) => index % 2 === 1;
const endOf = ({ sentMs, tookMs = Number.POSITIVE_INFINITY }: Sent) => sentMs + tookMs;

function isWhole(one: Sent, { name }: ChaosCase): boolean {
  const { data, status, hasErrors } = one.answer ?? {};
  if (status !== 200 || hasErrors !== false || data?.['me'] !== answered) return false;
  return !isNeeding(one) || data[name] === answered;
}
