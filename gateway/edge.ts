import type { IncomingMessage } from 'node:http';
import type { Problem } from '../schema/supergraph/problem.ts';
import type { Config } from './config/config.ts';
import { controlStoreOf } from './config/control.ts';
import { watchFiles } from './config/watch-files.ts';
import { clientIp } from './identity/client-ip.ts';
import { createIdentify } from './identity/identify.ts';
import type { Identity } from './identity/identity.ts';
import { createOnward, type Onward } from './identity/onward/onward.ts';
import { readCertificate } from './identity/read-certificate.ts';
import { readClient } from './identity/read-client.ts';
import { createRevocations } from './identity/revocations.ts';
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
  /** Says who asks, see `Identify`; however often it is called, credentials are verified once. */
  readonly identify: () => Identity | Promise<Identity>;
}

/** What guards the edge for as long as a configuration is at work; it outlives supergraphs. */
export interface Edge {
  readonly documents: Documents;
  readonly limitStore: LimitStore;
  /** What is in flight for limits. */
  readonly concurrency: ConcurrencyCounter;
  readonly readUsage: ReadUsage;
  /** What operators say at run time. */
  readonly records: RecordStore;
  /** What they have blocked. */
  readonly blocks: ActiveBlocks;
  /** Who answers `@policy`. */
  readonly policySource: PolicySource | undefined;
  /** How subgraphs learn who asks; `undefined` when they are told nothing. */
  readonly onward: Onward | undefined;
  readonly receive: (headers: ReadonlyMap<string, string>, source: IncomingMessage | undefined) => Visitor;
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
  readonly limits: SharedLimits;
}

/** Builds the edge of a configuration. */
export function createEdge(config: Config, telemetry: Telemetry, kept: Kept): Edge {
  const { log } = telemetry;
  const { memory, limits } = kept;
  const records = kept.records ?? createRecordStore({ config: controlStoreOf(config), memory, now: Date.now, log });
  const revocations = createRevocations(records, log);
  const blocks = createActiveBlocks({ store: records, now: Date.now, log });
  const identifier = createIdentify(config.identity, { log, now: Date.now, revocations, records });
  const documents = createReportedDocuments(config.documents, telemetry);
  const limitStore = limits.lease(config.rateLimit, telemetry);
  const policySource = createPolicySource(config.authorization.policies, log);
  const onward = config.identity.onward && createOnward(config.identity.onward, { log, now: Date.now });
  // A gateway that cannot read them still guards all else, and the store goes on trying.
  const openRecords = () =>
    records.open().catch((error: unknown) => {
      log.error('What operators said cannot be read yet: revocations and blocks do not count until it is.', { error });
    });
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
    concurrency: limits.concurrency,
    readUsage: createReadUsage(config.rateLimit.rules, limitStore),
    records,
    blocks,
    policySource,
    onward,
    receive(headers, source) {
      const remoteAddress = source?.socket.remoteAddress;
      let identity: Identity | Promise<Identity> | undefined;
      return {
        client: readClient(headers, config.identity.client),
        ip: clientIp(headers, remoteAddress, config.identity.trustedProxies),
        identify: () => {
          identity ??= identifier.identify({ headers, remoteAddress, certificate: readCertificate(source?.socket) });
          return identity;
        },
      };
    },
    addressOf: ({ socket, headers }) => {
      const forwarded = new Map([['x-forwarded-for', String(headers['x-forwarded-for'] ?? '')]]);
      return clientIp(forwarded, socket.remoteAddress, config.identity.trustedProxies);
    },
    async open() {
      const opened = [policySource?.open(), onward?.open(), openRecords()] as const;
      const [reasons, noPolicies, noKeys] = await Promise.all([documents.reload(), ...opened]);
      return [
        ...reasons.map((reason) => toProblem('DOCUMENTS_INVALID', `${manifest}: ${reason}`)),
        ...(noPolicies === undefined ? [] : [toProblem('POLICIES_INVALID', noPolicies)]),
        ...(noKeys === undefined ? [] : [toProblem('SIGNING_KEYS_INVALID', noKeys)]),
      ];
    },
    async close() {
      watched?.close();
      policySource?.close();
      onward?.close();
      limitStore.close();
      revocations.close();
      blocks.close();
      records.close();
      await identifier.close();
    },
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
