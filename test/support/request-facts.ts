import type { RequestFacts } from '../../gateway/telemetry/telemetry.ts';

const usual: RequestFacts = {
  requestId: 'r1',
  operationName: 'Shop',
  operationKind: 'query',
  operationHash: 'abc',
  status: 200,
  errorCodes: [],
  durationMs: 5,
  client: { name: 'web', version: '1.0' },
  identity: { kind: 'anonymous', key: undefined, tier: undefined },
  cost: undefined,
  bytes: 100,
  country: undefined,
};

/** What is told of a request that went well, but for what is given. */
export function toRequestFacts(given: Partial<RequestFacts> = {}): RequestFacts {
  return { ...usual, ...given };
}
