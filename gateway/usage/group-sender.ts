import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { UsageGroup } from '../../schema/feed/usage-group.ts';
import type { UsageReport } from '../../schema/feed/usage-report.ts';
import type { MeteredTime } from './meter.ts';
import type { UsageSenderOptions } from './usage-sender.ts';

/** A report of so many is written within some milliseconds, in which requests wait. */
const reportGroupsMost = 1_000;
/** What waits for a registry that is down, a few tens of megabytes: hours of a gateway with few clients. */
const waitingGroupsMost = 50_000;

const pack = promisify(gzip);

/**
 * Tells a registry what requests came to. What bills are made of is neither lost nor counted twice when the registry is down for some
 * time: a report waits, and is sent again under the id by which it counts once.
 */
export class GroupSender {
  readonly #options: UsageSenderOptions;
  #waiting: UsageReport[] = [];

  constructor(options: UsageSenderOptions) {
    this.#options = options;
  }

  /** Sends what was counted, after what waits. Never rejects. */
  async send({ sinceMs, untilMs, groups }: MeteredTime, timeoutMs: number): Promise<void> {
    const { client, telemetry, now } = this.#options;
    const at = Math.round((sinceMs + untilMs) / 2);
    for (let first = 0; first < groups.length; first += reportGroupsMost) {
      const some = groups.slice(first, first + reportGroupsMost);
      this.#waiting.push({ id: randomUUID(), at, operations: [], counts: [], format: 2, groups: some });
    }
    this.#dropOldest();
    const endMs = now() + timeoutMs;
    for (const report of [...this.#waiting]) {
      try {
        await client.tellUsage(await pack(JSON.stringify(report)), Math.max(endMs - now(), 1));
        this.#waiting = this.#waiting.filter((other) => other !== report);
        telemetry.usageTold('sent');
      } catch {
        return;
      }
    }
  }

  #dropOldest(): void {
    let count = this.#waiting.reduce((sum, { groups = [] }) => sum + groups.length, 0);
    while (count > waitingGroupsMost) {
      const { groups = [] } = this.#waiting.shift() ?? {};
      count -= groups.length;
      this.#options.telemetry.usageTold('lost');
      this.#options.telemetry.usageDropped(requestsOf(groups));
    }
  }
}

/** Each request is in one group of each dimension. */
function requestsOf(groups: readonly UsageGroup[]): number {
  return groups.reduce((sum, { by, requests }) => (by === 'client' ? sum + requests : sum), 0);
}
