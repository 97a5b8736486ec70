import { createHash, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  type Artifact,
  type CanarySupergraph,
  type SignedSupergraph,
  signSupergraph,
} from '../../schema/feed/artifact.ts';
import { parseGraphRef } from '../../schema/feed/graph-ref.ts';
import type { UsageReport } from '../../schema/feed/usage-report.ts';

/** What it is good for at the moment. */
interface Manners {
  /** `silent` streams say nothing at all. */
  readonly events: 'on' | 'off' | 'silent';
  /** Whether it holds answers until there is something new. */
  readonly holds: boolean;
  /** Answers this to everything. */
  readonly status: number | undefined;
  /** Answers reports with these hashes. */
  readonly unknown: readonly string[];
}

/** A registry of one variant, `shop@production`, that speaks the contract of gateways and may be made to misbehave. */
export interface FakeRegistry {
  readonly url: string;
  readonly token: string;
  /** In PEM. */
  readonly publicKey: string;
  /** What gateways are given; `undefined` before the first publish. */
  readonly artifact: () => Artifact | undefined;
  /** Signs a supergraph as the next version and tells of it. */
  readonly publish: (sdl: string, change?: Partial<Artifact>) => Artifact;
  /** Signs a published version for a share of the clients. */
  readonly toCanary: (
    supergraph: SignedSupergraph,
    share: Pick<CanarySupergraph, 'percent' | 'reportMs'>,
  ) => CanarySupergraph;
  /** Gives out an artifact as it is, and tells of it. */
  readonly give: (artifact: Artifact) => void;
  /** Method and path of each request, without the variant's. */
  readonly requests: readonly string[];
  /** The headers of each request. */
  readonly headers: readonly IncomingMessage['headers'][];
  readonly reports: readonly UsageReport[];
  readonly behave: (manners: Partial<Manners>) => void;
  /** Ends all connections; it cannot be reached until `start`. */
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
}

const ref = parseGraphRef('shop@production');
const base = '/v1/graphs/shop/production';
const wellMannered: Manners = { events: 'on', holds: true, status: undefined, unknown: [] };

/** Starts one on a free port. */
export async function startFakeRegistry(): Promise<FakeRegistry> {
  const registry = new Registry();
  await registry.start();
  return registry;
}

class Registry implements FakeRegistry {
  readonly token = `ovl_${'t'.repeat(43)}`;
  readonly publicKey: string;
  readonly requests: string[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  readonly reports: UsageReport[] = [];
  readonly #privateKey: string;
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #streams = new Set<ServerResponse>();
  readonly #held = new Set<() => void>();
  #port = 0;
  #manners = wellMannered;
  #artifact: Artifact | undefined;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    this.publicKey = publicKey;
    this.#privateKey = privateKey;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  readonly artifact = () => this.#artifact;

  readonly publish = (sdl: string, change: Partial<Artifact> = {}): Artifact => {
    const version = (this.#artifact?.stable.version ?? 0) + 1;
    const fingerprint = createHash('sha256').update(sdl).digest('hex');
    const stable = signSupergraph(ref, { version, sdl, fingerprint }, this.#privateKey);
    const artifact: Artifact = { ref: 'shop@production', stable, canary: undefined, warmUp: [], ...change };
    this.give(artifact);
    return artifact;
  };

  readonly toCanary = (
    { signature: _, ...supergraph }: SignedSupergraph,
    share: Pick<CanarySupergraph, 'percent' | 'reportMs'>,
  ): CanarySupergraph => signSupergraph(ref, { ...supergraph, ...share }, this.#privateKey);

  readonly give = (artifact: Artifact): void => {
    this.#artifact = artifact;
    for (const go of this.#held) go();
    for (const stream of this.#streams) this.#tell(stream);
  };

  readonly behave = (manners: Partial<Manners>): void => {
    this.#manners = { ...this.#manners, ...manners };
    for (const stream of this.#streams) stream.destroy();
  };

  readonly start = async (): Promise<void> => {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  };

  readonly stop = async (): Promise<void> => {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  };

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', this.url);
    const path = pathname.slice(base.length);
    this.requests.push(`${request.method} ${path}`);
    this.headers.push(request.headers);
    const isAllowed = request.headers.authorization === `Bearer ${this.token}` && pathname.startsWith(base);
    const status = isAllowed ? this.#manners.status : 401;
    if (status !== undefined) response.writeHead(status).end('{"detail":"no"}');
    else if (path === '/artifact') await this.#answerArtifact(request, response, Number(searchParams.get('wait')));
    else if (path === '/events') this.#answerEvents(response);
    else await this.#answerUsage(request, response);
  }

  async #answerArtifact({ headers }: IncomingMessage, response: ServerResponse, waitSeconds: number): Promise<void> {
    const isKnown = () => headers['if-none-match'] === this.#etag();
    if (isKnown() && waitSeconds > 0 && this.#manners.holds) await this.#hold(response, waitSeconds);
    const etag = this.#etag();
    if (etag === undefined) response.writeHead(404).end();
    else if (isKnown()) response.writeHead(304).end();
    else {
      const packed = { etag, 'content-type': 'application/json', 'content-encoding': 'gzip' };
      response.writeHead(200, packed).end(gzipSync(JSON.stringify(this.#artifact)));
    }
  }

  #answerEvents(response: ServerResponse): void {
    if (this.#manners.events === 'off') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    this.#streams.add(response);
    response.once('close', () => this.#streams.delete(response));
    this.#tell(response);
  }

  async #answerUsage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    this.reports.push(JSON.parse(text.toString()));
    const { unknown } = this.#manners;
    response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ unknown }));
  }

  #tell(stream: ServerResponse): void {
    if (this.#artifact === undefined || this.#manners.events !== 'on') return;
    stream.write(`event: artifact\ndata: ${JSON.stringify({ version: this.#artifact.stable.version })}\n\n`);
  }

  #etag(): string | undefined {
    return this.#artifact && `"${createHash('sha256').update(JSON.stringify(this.#artifact)).digest('hex')}"`;
  }

  #hold(response: ServerResponse, seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        this.#held.delete(go);
        resolve();
      };
      const timer = setTimeout(go, seconds * 1_000);
      this.#held.add(go);
      response.once('close', go);
    });
  }
}
