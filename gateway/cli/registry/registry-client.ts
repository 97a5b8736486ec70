import { request } from 'undici';
import { readBounded } from '../../lib/read-bounded.ts';
import { version } from '../../lib/version.ts';
import type { Terminal } from '../terminal.ts';
import { CommandLineError } from './command-line-error.ts';
import { RegistryRefusal, readProblem } from './registry-refusal.ts';

/** Where a registry is; what flags leave out comes from the environment. */
export interface RegistryPlace {
  /** Default: `OVERLOCK_REGISTRY`. */
  readonly registry?: string | undefined;
  /** Default: `OVERLOCK_TOKEN`. */
  readonly token?: string | undefined;
}

/** What is asked of a registry. */
interface RegistryRequest {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** The names in the path after `/v1`. */
  readonly path: readonly (string | number)[];
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** Asks a registry over HTTP. */
export interface RegistryClient {
  /**
   * The JSON of what it answers; `undefined` when it answers nothing.
   * @throws RegistryRefusal, or Error with a sentence when there is no registry that answers
   */
  readonly ask: (request: RegistryRequest) => Promise<unknown>;
  /**
   * The text of what it answers.
   * @throws as `ask`
   */
  readonly readText: (request: RegistryRequest) => Promise<string>;
}

/** A check of a large graph takes tens of seconds. */
const timeoutMs = 120_000;
const answerMaxBytes = 64 * 1024 ** 2;

/**
 * A client of the registry that flags or the environment name; `anyone` asks for what needs no token, and sends none.
 * @throws CommandLineError when they do not
 */
export function createRegistryClient(
  { registry, token }: RegistryPlace,
  { env }: Pick<Terminal, 'env'>,
  as: 'holder' | 'anyone' = 'holder',
): RegistryClient {
  const base = toBase(registry ?? env['OVERLOCK_REGISTRY']);
  const headers = {
    'user-agent': `overlock/${version}`,
    ...(as === 'holder' && { authorization: `Bearer ${toToken(token ?? env['OVERLOCK_TOKEN'])}` }),
  };

  const readText = async ({ method = 'GET', path, query, body }: RegistryRequest): Promise<string> => {
    const { status, text, location } = await send(toUrl(base, path, query), {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (status >= 200 && status < 300) return text;
    throw toError(base, { status, text, location });
  };
  return {
    readText,
    async ask(request) {
      const text = await readText(request);
      if (text === '') return undefined;
      try {
        return JSON.parse(text);
      } catch (cause) {
        throw new Error(`What answers at ${base.origin} is no registry of this version: it sent no JSON.`, { cause });
      }
    },
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly location: string | undefined;
}

async function send(url: URL, options: Omit<NonNullable<Parameters<typeof request>[1]>, 'signal'>): Promise<Answer> {
  try {
    const response = await request(url, { ...options, signal: AbortSignal.timeout(timeoutMs) });
    const { location } = response.headers;
    return {
      status: response.statusCode,
      text: await readBounded(response.body, answerMaxBytes),
      location: typeof location === 'string' ? location : undefined,
    };
  } catch (cause) {
    throw new Error(describeFailure(url, cause), { cause });
  }
}

function describeFailure({ origin }: URL, cause: unknown): string {
  if (cause instanceof Error && cause.name === 'TimeoutError') {
    return `The registry at ${origin} has not answered in ${timeoutMs / 1000} s. What was asked of it may have been done all the same.`;
  }
  const reason = cause instanceof Error && cause.message !== '' ? ` (${cause.message})` : '';
  return `There is no registry to talk to at ${origin}${reason}. Start it with overlock registry serve, or name another one with --registry.`;
}

function toBase(text: string | undefined): URL {
  if (!text) {
    throw new CommandLineError(
      'Name the registry: --registry https://registry.example.com, or the environment variable OVERLOCK_REGISTRY.',
    );
  }
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  // A password in the URL would be lost: the token goes into the same header.
  if (url !== undefined && url.username === '' && url.password === '') return url;
  throw new CommandLineError('The URL of the registry must begin with http:// or https:// and hold no user.');
}

function toToken(text: string | undefined): string {
  const token = text?.trim();
  if (!token) {
    throw new CommandLineError(
      'Give a token of the registry: --token, or the environment variable OVERLOCK_TOKEN. An admin makes one with overlock tokens create.',
    );
  }
  if (/^[\x21-\x7e]{1,512}$/.test(token)) return token;
  throw new CommandLineError('The token is none: it must be one word of at most 512 characters.');
}

function toUrl(base: URL, path: RegistryRequest['path'], query: RegistryRequest['query'] = {}): URL {
  const names = path.map(String);
  // URLs take these as steps, however they are escaped.
  const step = names.find((name) => /^\.{0,2}$/.test(name));
  if (step !== undefined) throw new CommandLineError(`"${step}" is no name.`);
  const url = new URL(`${base.pathname.replace(/\/$/, '')}/v1/${names.map(encodeURIComponent).join('/')}`, base);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

function toError({ origin }: URL, { status, text, location }: Answer): Error {
  const problem = readProblem(text);
  if (problem !== undefined) return new RegistryRefusal(status, problem);
  const there = location !== undefined && URL.canParse(location) ? ` It sends to ${new URL(location).origin}.` : '';
  return new Error(`What answers at ${origin} is no registry of this version (HTTP status ${status}).${there}`);
}
