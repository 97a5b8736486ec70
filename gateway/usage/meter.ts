import { durationBucketOf } from '../../schema/feed/duration-bucket.ts';
import {
  mergeGroups,
  otherName,
  type UsageDimension,
  type UsageGroup,
  usageDimensions,
} from '../../schema/feed/usage-group.ts';

/** One request that was answered, or refused. */
export interface MeteredRequest {
  /** By dimension, what it is of; empty where there is none. */
  readonly names: Readonly<Record<UsageDimension, string>>;
  readonly hasErrors: boolean;
  readonly durationMs: number;
  readonly cost: number;
  readonly bytes: number;
  /** The largest share of a quota that was used, of 0 to 1. */
  readonly quota: number;
}

/** What was counted in some time. */
export interface MeteredTime {
  /** In milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly groups: readonly UsageGroup[];
}

/** How many names are told apart in one go; the rest is `other`. */
const namesMost: Readonly<Record<UsageDimension, number>> = {
  operation: 2_000,
  client: 500,
  tier: 100,
  identity: 2_000,
  country: 300,
};
const nameLongest = 200;
const hourMs = 3_600_000;
/** What is kept for the last hour is kept in parts of so much, of fewer names: 11 MB at most. */
const partMs = 300_000;
const partNamesMost = 300;

/** Counts what requests come to, by each dimension. Bounded, whatever clients call themselves; keeps the last hour. */
export class Meter {
  readonly #now: () => number;
  #open: Count;
  /** Of the last hour, oldest first. */
  #parts: readonly MeteredTime[] = [];
  #takers = 0;

  /** `now` is in milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
    this.#open = new Count(now());
  }

  /** Takes less than a microsecond. */
  add(request: MeteredRequest): void {
    if (this.#takers === 0 && this.#now() - this.#open.sinceMs >= partMs) this.#close();
    this.#open.add(request);
  }

  /** What is counted waits to be taken until what it gives is called. */
  addTaker(): () => void {
    this.#takers += 1;
    return () => {
      this.#takers -= 1;
    };
  }

  /** What was counted since the last time. */
  take(): MeteredTime {
    return this.#close();
  }

  /** What was counted in the last hour. */
  recent(): MeteredTime {
    const now = this.#now();
    const open = this.#open.toTime(now);
    const parts = [...this.#parts.filter(({ untilMs }) => untilMs > now - hourMs), open];
    return {
      sinceMs: parts[0]?.sinceMs ?? now,
      untilMs: now,
      groups: mergeGroups(parts.flatMap(({ groups }) => groups)),
    };
  }

  #close(): MeteredTime {
    const now = this.#now();
    const closed = this.#open.toTime(now);
    this.#open = new Count(now);
    const kept = this.#parts.filter(({ untilMs }) => untilMs > now - hourMs);
    const last = kept.at(-1);
    const joined = last !== undefined && now - last.sinceMs <= partMs ? kept.pop() : undefined;
    kept.push({
      sinceMs: joined?.sinceMs ?? closed.sinceMs,
      untilMs: now,
      groups: mergeGroups([...(joined?.groups ?? []), ...closed.groups], partNamesMost),
    });
    this.#parts = kept;
    return closed;
  }
}

/** What was counted since a moment. */
class Count {
  readonly sinceMs: number;
  readonly #tallies: Readonly<Record<UsageDimension, Map<string, Tally>>> = {
    operation: new Map(),
    client: new Map(),
    tier: new Map(),
    identity: new Map(),
    country: new Map(),
  };

  constructor(sinceMs: number) {
    this.sinceMs = sinceMs;
  }

  add(request: MeteredRequest): void {
    const bucket = durationBucketOf(request.durationMs);
    for (const by of usageDimensions) this.#tallyOf(by, request.names[by]).add(request, bucket);
  }

  toTime(untilMs: number): MeteredTime {
    const groups = usageDimensions.flatMap((by) =>
      Array.from(this.#tallies[by], ([name, tally]) => tally.toGroup(by, name.slice(0, nameLongest))),
    );
    return { sinceMs: this.sinceMs, untilMs, groups };
  }

  #tallyOf(by: UsageDimension, name: string): Tally {
    const tallies = this.#tallies[by];
    const found = tallies.get(name);
    if (found !== undefined) return found;
    const own = tallies.size < namesMost[by] ? name : otherName;
    const tally = tallies.get(own) ?? new Tally();
    tallies.set(own, tally);
    return tally;
  }
}

class Tally {
  readonly #durations = new Map<number, number>();
  #requests = 0;
  #errors = 0;
  #cost = 0;
  #bytes = 0;
  #quota = 0;

  add({ hasErrors, cost, bytes, quota }: MeteredRequest, bucket: number): void {
    this.#requests += 1;
    if (hasErrors) this.#errors += 1;
    this.#cost += cost;
    this.#bytes += bytes;
    if (quota > this.#quota) this.#quota = quota;
    this.#durations.set(bucket, (this.#durations.get(bucket) ?? 0) + 1);
  }

  toGroup(by: UsageDimension, name: string): UsageGroup {
    return {
      by,
      name,
      requests: this.#requests,
      errors: this.#errors,
      cost: this.#cost,
      bytes: this.#bytes,
      quota: this.#quota,
      durations: Object.fromEntries(this.#durations),
    };
  }
}
