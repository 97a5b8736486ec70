import type { LiveRefusal } from '../../../console/live.ts';
import { type ErrorCode, errorCodes } from '../../errors.ts';
import type { RequestFacts } from '../telemetry.ts';

/** A request that was refused lately, without anything that it brought but names. */
export interface RecentRefusal extends LiveRefusal {
  readonly code: ErrorCode;
}

/** The last refusals; bounded. */
export interface RecentRefusals {
  readonly requestEnded: (facts: RequestFacts) => void;
  /** Newest first. */
  readonly read: () => readonly RecentRefusal[];
}

/** As many as somebody reads. */
const refusalsMost = 100;
const nameLengthMost = 120;

/** Keeps the last refusals; none so far. `now` is in milliseconds since the epoch. */
export function createRecentRefusals(now: () => number): RecentRefusals {
  const kept: RecentRefusal[] = [];
  let next = 0;
  return {
    requestEnded(facts) {
      const code = facts.refusedCode;
      if (code === undefined || !isRefusal(code)) return;
      kept[next] = toRefusal(code, facts, now());
      next = (next + 1) % refusalsMost;
    },
    read: () => [...kept.slice(next), ...kept.slice(0, next)].reverse(),
  };
}

/** Refusals of several processes as if they were of one. */
export function mergeRefusals(all: readonly (readonly RecentRefusal[])[]): readonly RecentRefusal[] {
  return all
    .flat()
    .sort((one, other) => other.atMs - one.atMs)
    .slice(0, refusalsMost);
}

/** What the gateway said no to; a fault is none. */
function isRefusal(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code) && code !== 'INTERNAL_SERVER_ERROR';
}

function toRefusal(code: ErrorCode, facts: RequestFacts, atMs: number): RecentRefusal {
  const { meaning, status } = errorCodes[code];
  return {
    atMs,
    requestId: facts.requestId,
    code,
    reason: meaning,
    status,
    operation: facts.operationName?.slice(0, nameLengthMost),
    operationHash: facts.operationHash,
    client: facts.client.name?.slice(0, nameLengthMost),
    identity: facts.identity?.kind,
    tier: facts.identity?.tier,
  };
}
