import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Problem } from '../schema/supergraph/problem.ts';
import type { CacheStore } from './cache/store/cache-store.ts';
import type { SharedCaches } from './cache/store/shared-caches.ts';
import type { Config } from './config/config.ts';
import { controlStoreOf } from './config/control.ts';
import { watchFiles } from './config/watch-files.ts';
import { createIdempotencyStore } from './idempotency/create-idempotency-store.ts';
import type { IdempotencyStore } from './idempotency/idempotency-store.ts';
import type { IdempotencyMemory } from './idempotency/memory-idempotency-store.ts';
import { clientIp } from './identity/client-ip.ts';
import { type Countries, createCountries } from './identity/country.ts';
import { createIdentify, type Identifier } from './identity/identify.ts';
import type { Identity } from './identity/identity.ts';
import { createOnward, type Onward } from './identity/onward/onward.ts';
import { readCertificate } from './identity/read-certificate.ts';
import { readClient } from './identity/read-client.ts';
import { createRevocations } from './identity/revocations.ts';
import { followLogLevels } from './log-levels/follow-log-levels.ts';
import { createDocuments, type Documents } from './operation/documents/documents.ts';
import { readManifest } from './operation/documents/read-manifest.ts';
import { createPolicySource } from './policy/authorization/policies/create-policy-source.ts';
import type { PolicySource } from './policy/authorization/policies/policy-source.ts';
import { type ActiveBlocks, createActiveBlocks } from './policy/blocks/active-blocks.ts';
import type { PolicyRequest } from './policy/policy.ts';
import type { ConcurrencyCounter } from './policy/rate-limit/concurrency.ts';
import type { SharedLimits } from './policy/rate-limit/shared-limits.ts';
import { createReadUsage, type ReadUsage } from './policy/rate-limit/usage.ts';
import { createRecordStore } from './store/create-record-store.ts';
import type { LimitStore } from './store/limit-store.ts';
import type { RecordStore } from './store/record-store.ts';
import type { RecordTable } from './store/record-table.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

/** Who is at the door: what a request says of itself, before its operation is looked at. */
export interface Visitor extends Pick<PolicyRequest, 'client' | 'ip'> {
  /** As ISO 3166-1 has it; `undefined` where it is not looked for. */
  readonly country?: string | undefined;
  /** Says who asks, see `Identify`; however often it is called, credentials are verified once. */
  readonly identify: () => Identity | Promise<Identity>;
  /** The same, but they are looked at again. */
  readonly identifyAnew: () => Identity | Promise<Identity>;
}

/** The connection that a request came on. */
export interface RequestSource {
  readonly socket: Socket;
  /** Whether the client's certificate does not count. */
  readonly ignoresCertificate?: boolean;
}

/** What guards the edge for as long as a configuration is at work; it outlives supergraphs. */
export interface Edge {
  readonly documents: Documents;
  /** Keeps answers; `undefined` when none are kept. */
  readonly cacheStore: CacheStore | undefined;
  readonly limitStore: LimitStore;
  /** What is in flight for limits. */
  readonly concurrency: ConcurrencyCounter;
  readonly readUsage: ReadUsage;
  /** What operators say at run time. */
  readonly records: RecordStore;
  /** What they have blocked. */
  readonly blocks: ActiveBlocks;
  /** Keeps answers by Idempotency-Key; `undefined` when such keys mean nothing. */
  readonly idempotencyStore: IdempotencyStore | undefined;
  /** Who answers `@policy`. */
  readonly policySource: PolicySource | undefined;
  /** How subgraphs learn who asks; `undefined` when they are told nothing. */
  readonly onward: Onward | undefined;
  readonly receive: (headers: ReadonlyMap<string, string>, source: RequestSource | undefined) => Visitor;
  /** The client's address, taken through trusted proxies only. */
  readonly addressOf: (source: IncomingMessage) => string | undefined;
  /** Reads what has to be read before the first request; gives what stands in its way. */
  readonly open: () => Promise<readonly Problem[]>;
  readonly close: () => Promise<void>;
}

/** What goes on from one configuration to the next. */
export interface Kept {
  /** Keeps records when the store is the memory. */
  readonly memory: RecordTable;
  /** What operators say, where another process reads the store. Default: this one does. */
  readonly records?: RecordStore | undefined;
  /** Keeps answers by Idempotency-Key when the store is the memory. */
  readonly idempotencyMemory: IdempotencyMemory;
  readonly limits: SharedLimits;
  /** Keeps answers. */
  readonly caches: SharedCaches;
}

/** Builds the edge of a configuration. */
export function createEdge(config: Config, telemetry: Telemetry, kept: Kept): Edge {
  const { log } = telemetry;
  const { memory, limits } = kept;
  const records = kept.records ?? createRecordStore({ config: controlStoreOf(config), memory, now: Date.now, log });
  const revocations = createRevocations(records, log);
  const unfollowLogLevels = followLogLevels(records, telemetry);
  const blocks = createActiveBlocks({ store: records, now: Date.now, log });
  const identifier = createIdentify(config.identity, { log, now: Date.now, revocations, records });
  const documents = createReportedDocuments(config.documents, telemetry);
  const limitStore = limits.lease(config.rateLimit, telemetry);
  const cache = kept.caches.lease(config.cache, telemetry);
  const policySource = createPolicySource(config.authorization.policies, log);
  const idempotencyStore = createIdempotencyStore(config, kept.idempotencyMemory, log);
  const onward = config.identity.onward && createOnward(config.identity.onward, { log, now: Date.now });
  // A gateway that cannot read them still guards all else, and the store goes on trying.
  const openRecords = () =>
    records.open().catch((error: unknown) => {
      log.error('What operators said cannot be read yet: revocations and blocks do not count until it is.', { error });
    });
  const countries = createCountries(config, log);
  const { manifest } = config.documents;
  const reload = async () => {
    const problems = await documents.reload();
    if (problems.length > 0)
      log.error('The manifest of trusted documents has problems; the one at work stays.', { problems });
  };
  const watched = manifest === undefined ? undefined : watchFiles([manifest], () => void reload());
  return {
    documents,
    limitStore,
    cacheStore: cache?.store,
    concurrency: limits.concurrency,
    readUsage: createReadUsage(config.rateLimit.rules, limitStore),
    records,
    blocks,
    idempotencyStore,
    policySource,
    onward,
    receive: createReceive(config.identity, identifier, countries),
    addressOf: ({ socket, headers }) => {
      const forwarded = new Map([['x-forwarded-for', String(headers['x-forwarded-for'] ?? '')]]);
      return clientIp(forwarded, socket.remoteAddress, config.identity.trustedProxies);
    },
    async open() {
      const opened = [policySource?.open(), onward?.open(), countries?.open(), openRecords()] as const;
      const [reasons, noPolicies, noKeys, noCountries] = await Promise.all([documents.reload(), ...opened]);
      return [
        ...reasons.map((reason) => toProblem('DOCUMENTS_INVALID', `${manifest}: ${reason}`)),
        ...(noPolicies === undefined ? [] : [toProblem('POLICIES_INVALID', noPolicies)]),
        ...(noKeys === undefined ? [] : [toProblem('SIGNING_KEYS_INVALID', noKeys)]),
        ...(noCountries === undefined ? [] : [toProblem('COUNTRIES_INVALID', noCountries)]),
      ];
    },
    async close() {
      watched?.close();
      policySource?.close();
      onward?.close();
      countries?.close();
      limitStore.close();
      cache?.release();
      revocations.close();
      blocks.close();
      unfollowLogLevels();
      idempotencyStore?.close();
      records.close();
      await identifier.close();
    },
  };
}

function createReceive(
  { client, trustedProxies }: Config['identity'],
  identifier: Identifier,
  countries: Countries | undefined,
): Edge['receive'] {
  return (headers, source) => {
    const remoteAddress = source?.socket.remoteAddress;
    const identifyAnew = () => {
      const certificate = source?.ignoresCertificate === true ? undefined : readCertificate(source?.socket);
      return identifier.identify({ headers, remoteAddress, certificate });
    };
    let identity: Identity | Promise<Identity> | undefined;
    const ip = clientIp(headers, remoteAddress, trustedProxies);
    return {
      client: readClient(headers, client),
      ip,
      get country() {
        return countries?.of({ headers, remoteAddress, ip });
      },
      identify: () => {
        identity ??= identifyAnew();
        return identity;
      },
      identifyAnew,
    };
  };
}

function createReportedDocuments(config: Config['documents'], { log, policyDenied }: Telemetry): Documents {
  return createDocuments(config, {
    readManifest,
    log,
    onUntrusted: (mode) =>
      policyDenied({
        policy: 'documents',
        code: 'TRUSTED_DOCUMENT_REQUIRED',
        outcome: mode === 'enforce' ? 'refused' : 'measured',
      }),
  });
}

function toProblem(code: string, message: string): Problem {
  return { code, message, subgraph: undefined, coordinate: undefined };
}
