import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { TelemetryConfig } from '../config/telemetry.ts';
import type { RequestFacts } from '../telemetry/telemetry.ts';
import type { Meter } from './meter.ts';

type Asker = RequestFacts['identity'];

const digestsMost = 10_000;
const anonymousName = 'anonymous';

/** What counts requests with a meter, identities called as the configuration has it. */
export function createMetering(
  meter: Pick<Meter, 'add'>,
  { identity: naming }: TelemetryConfig['usage'],
): (facts: RequestFacts) => void {
  const nameOf = naming === false ? () => '' : namings[naming]();
  return ({
    operationHash = '',
    client,
    identity,
    country = '',
    errorCodes,
    durationMs,
    cost = 0,
    bytes,
    quotaShare,
  }) =>
    meter.add({
      names: {
        operation: operationHash,
        client: client.name ?? '',
        tier: identity?.tier ?? '',
        identity: identity === undefined ? '' : nameOf(identity),
        country,
      },
      hasErrors: errorCodes.length > 0,
      durationMs,
      cost,
      bytes,
      quota: quotaShare ?? 0,
    });
}

const namings = {
  hashed: () => {
    const digests = new LRUCache<string, string>({ max: digestsMost });
    return ({ key }: NonNullable<Asker>): string => {
      if (key === undefined) return anonymousName;
      let digest = digests.get(key);
      if (digest === undefined) {
        digest = hash('sha256', key).slice(0, 16);
        digests.set(key, digest);
      }
      return digest;
    };
  },
  subject:
    () =>
    ({ key, subject }: NonNullable<Asker>): string =>
      subject ?? (key === undefined ? anonymousName : key),
} as const;
