import type { IncomingMessage } from 'node:http';
import type { Problem } from '../schema/supergraph/problem.ts';
import type { Config } from './config/config.ts';
import { watchFiles } from './config/watch-files.ts';
import { clientIp } from './identity/client-ip.ts';
import { createIdentify } from './identity/identify.ts';
import type { Identity } from './identity/identity.ts';
import { readCertificate } from './identity/read-certificate.ts';
import { readClient } from './identity/read-client.ts';
import { createDocuments, type Documents } from './operation/documents/documents.ts';
import { readManifest } from './operation/documents/read-manifest.ts';
import type { PolicyRequest } from './policy/policy.ts';
import { createLimitStore } from './store/create-limit-store.ts';
import type { LimitStore } from './store/limit-store.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

/** Who is at the door: what a request says of itself, before its operation is looked at. */
export interface Visitor extends Pick<PolicyRequest, 'client' | 'ip'> {
  /**
   * Says who asks; however often it is called, credentials are verified once.
   * @throws GatewayError UNAUTHENTICATED
   */
  readonly identify: () => Promise<Identity>;
}

/** What guards the edge for as long as a configuration is at work; it outlives supergraphs. */
export interface Edge {
  readonly documents: Documents;
  readonly limitStore: LimitStore;
  readonly receive: (headers: ReadonlyMap<string, string>, source: IncomingMessage | undefined) => Visitor;
  /** The client's address, taken through trusted proxies only. */
  readonly addressOf: (source: IncomingMessage) => string | undefined;
  /** Reads what has to be read before the first request; gives what stands in its way. */
  readonly open: () => Promise<readonly Problem[]>;
  readonly close: () => Promise<void>;
}

/** Builds the edge of a configuration. */
export function createEdge(config: Config, { log }: Telemetry): Edge {
  const identifier = createIdentify(config.identity, { log, now: Date.now });
  const documents = createDocuments(config.documents, { readManifest, log });
  const limitStore = createLimitStore({ config: config.rateLimit, now: () => performance.now(), log });
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
    receive(headers, source) {
      const remoteAddress = source?.socket.remoteAddress;
      let identity: Promise<Identity> | undefined;
      return {
        client: readClient(headers, config.identity.client),
        ip: clientIp(headers, remoteAddress, config.identity.trustedProxies),
        identify: () => {
          const certificate = readCertificate(source?.socket);
          identity ??= Promise.resolve(identifier.identify({ headers, remoteAddress, certificate }));
          return identity;
        },
      };
    },
    addressOf: ({ socket, headers }) => {
      const forwarded = new Map([['x-forwarded-for', String(headers['x-forwarded-for'] ?? '')]]);
      return clientIp(forwarded, socket.remoteAddress, config.identity.trustedProxies);
    },
    open: async () => (await documents.reload()).map((reason) => toProblem(`${manifest}: ${reason}`)),
    async close() {
      watched?.close();
      limitStore.close();
      await identifier.close();
    },
  };
}

function toProblem(message: string): Problem {
  return { code: 'DOCUMENTS_INVALID', message, subgraph: undefined, coordinate: undefined };
}
