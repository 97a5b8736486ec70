import { request } from 'undici';
import { z } from 'zod';
import { version } from '../lib/version.ts';
import { parseRecordJson, recordPaths, toRecordJson } from '../store/record-json.ts';
import type { RecordKind, StoredRecord } from '../store/record-store.ts';
import type { Terminal } from './terminal.ts';

/** Where the admin port of a gateway is; what flags leave out comes from the environment. */
export interface AdminFlags {
  /** Default: `OVERLOCK_ADMIN`, or that of a gateway on this machine. */
  readonly admin?: string | undefined;
  /** What `admin.token` of the gateway is. Default: `OVERLOCK_ADMIN_TOKEN`. */
  readonly token?: string | undefined;
}

/** What is kept for gateways at run time, changed through the admin port of one of them. All throw an Error with a sentence. */
export interface AdminClient {
  /** All records of a kind that count, without secrets. */
  readonly list: (kind: RecordKind) => Promise<readonly StoredRecord[]>;
  /** Adds a record or replaces the one of its id. */
  readonly put: (kind: RecordKind, record: Omit<StoredRecord, 'kind'>) => Promise<void>;
  /** Resolves with whether there was such a record. */
  readonly remove: (kind: RecordKind, id: string) => Promise<boolean>;
  /** A page of what is used of limits, as the gateway answers it. */
  readonly readUsage: (query: URLSearchParams) => Promise<unknown>;
  /** What fires, as the gateway answers it. */
  readonly readAlerts: () => Promise<unknown>;
  /** What happened lately, as the gateway answers it. */
  readonly readTraffic: (windowMs: number) => Promise<unknown>;
  /** What the requests of the last hour came to, as the gateway answers it. */
  readonly readRecentUsage: () => Promise<unknown>;
  /** What is stored of answers, as the gateway answers it. */
  readonly readCache: () => Promise<unknown>;
  /** The canaries of subgraphs, as the gateway answers them. */
  readonly listCanaries: () => Promise<unknown>;
  /** Has the canary of a subgraph started, promoted or taken back; gives what the gateway says became of it. */
  readonly tellCanary: (subgraph: string, what: 'start' | 'promote' | 'abort', told: unknown) => Promise<unknown>;
  /** Takes away what is named; gives what the gateway says of it. */
  readonly purgeCache: (named: unknown) => Promise<unknown>;
  /** Has the gateway watch itself for so long; gives what tools read as a profile. */
  readonly takeProfile: (of: 'cpu' | 'heap', seconds: number) => Promise<string>;
}

/** What a gateway says when it refuses something. */
export class GatewayRefusal extends Error {
  override readonly name = 'GatewayRefusal';
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

const defaultUrl = 'http://127.0.0.1:9464';
const timeoutMs = 10_000;
const problem = z.object({ detail: z.string() });
const listing = z.object({ records: z.array(z.unknown()) });

/** A client of the admin port. */
export function createAdminClient({ admin, token }: AdminFlags, { env }: Pick<Terminal, 'env'>): AdminClient {
  const base = admin ?? (env['OVERLOCK_ADMIN'] || defaultUrl);
  const secret = token ?? (env['OVERLOCK_ADMIN_TOKEN'] || undefined);
  const headers = {
    'user-agent': `overlock/${version}`,
    ...(secret !== undefined && { authorization: `Bearer ${secret}` }),
  };

  const send = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, workMs = 0) => {
    const url = toUrl(base, path);
    try {
      const response = await request(url, {
        method,
        headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs + workMs),
      });
      return { status: response.statusCode, text: await response.body.text() };
    } catch (cause) {
      const advice = 'Start the gateway, or name its admin port with --admin or OVERLOCK_ADMIN.';
      throw new Error(`There is no gateway to talk to at ${url.origin}. ${advice}`, { cause });
    }
  };

  const ask = async (method: 'GET' | 'POST', path: string, body?: unknown, workMs = 0): Promise<string> => {
    const answer = await send(method, path, body, workMs);
    if (answer.status !== 200) throw toError(answer);
    return answer.text;
  };

  return {
    async list(kind) {
      const answer = await send('GET', `control/${recordPaths[kind]}`);
      if (answer.status !== 200) throw toError(answer);
      const { data } = listing.safeParse(parseJson(answer.text));
      if (data === undefined) throw toError(answer);
      return data.records.map((json) => parseRecordJson(kind, json)).filter((record) => record !== undefined);
    },
    async put(kind, record) {
      const { id, ...body } = toRecordJson(record);
      const answer = await send('PUT', `control/${recordPaths[kind]}/${encodeURIComponent(id)}`, body);
      if (answer.status !== 204) throw toError(answer);
    },
    async remove(kind, id) {
      const answer = await send('DELETE', `control/${recordPaths[kind]}/${encodeURIComponent(id)}`);
      if (answer.status !== 204 && answer.status !== 404) throw toError(answer);
      return answer.status === 204;
    },
    async readUsage(query) {
      return parseJson(await ask('GET', `usage?${query}`));
    },
    async readAlerts() {
      return parseJson(await ask('GET', 'alerts'));
    },
    async readTraffic(windowMs) {
      return parseJson(await ask('GET', `traffic?window=${windowMs}ms`));
    },
    async readRecentUsage() {
      return parseJson(await ask('GET', 'usage/recent'));
    },
    async readCache() {
      return parseJson(await ask('GET', 'control/cache'));
    },
    async listCanaries() {
      return parseJson(await ask('GET', 'control/canaries'));
    },
    async tellCanary(subgraph, what, told) {
      return parseJson(await ask('POST', `control/canaries/${encodeURIComponent(subgraph)}/${what}`, told));
    },
    async purgeCache(named) {
      return parseJson(await ask('POST', 'control/cache/purge', named));
    },
    async takeProfile(of, seconds) {
      return await ask('POST', `control/profiles/${of}?seconds=${seconds}`, undefined, seconds * 1_000);
    },
  };
}

function toUrl(base: string, path: string): URL {
  const url = `${base.replace(/\/$/, '')}/${path}`;
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return new URL(url);
  throw new Error('The URL of the admin port must begin with http:// or https://, such as http://127.0.0.1:9464.');
}

/** Gateways refuse with problem details (https://www.rfc-editor.org/rfc/rfc9457). */
function toError({ status, text }: { readonly status: number; readonly text: string }): Error {
  const { data } = problem.safeParse(parseJson(text));
  const unknown = `What answers there is no admin port of a gateway of this version (HTTP status ${status}).`;
  return data === undefined ? new Error(unknown) : new GatewayRefusal(data.detail, status);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
