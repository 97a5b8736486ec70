import type { Dispatcher } from 'undici';
import { toShownUrl } from '../../../schema/supergraph/to-shown-url.ts';
import type { Connection, Endpoint } from './endpoint.ts';
import { hashText } from './rendezvous.ts';
import type { FoundEndpoint } from './sources/endpoint-source.ts';

/** Least part of its share that an endpoint gets at the beginning of its slow start: enough to learn how it does. */
const firstPart = 0.1;

/** An endpoint and all that is known of how it does. */
export class EndpointState implements Endpoint {
  readonly name: string;
  /** What consistent hashing knows it by. */
  readonly seed: number;
  readonly url: URL;
  readonly address: string | undefined;
  readonly group: string | undefined;
  readonly zone: string | undefined;
  readonly #connection: Connection;
  readonly #ownPath: string;
  readonly #prefix: string;
  readonly #suffix: string;
  /** What its source last said. */
  weight: number;
  priority: number;
  inFlight = 0;
  /** No source names it any longer: it ends what it has begun. */
  isGone = false;
  /** What the last probes say; good until they say otherwise. */
  isHealthy = true;
  /** Until when it is not asked because calls failed; `undefined` while it is. */
  ejectedUntilMs: number | undefined;
  /** Since when its share grows; `undefined` when it has all of it. */
  startedMs: number | undefined;
  /** Running latency in milliseconds, 0 before the first answer, and when it was last told. */
  latencyMs = 0;
  latencyAtMs = 0;
  /** When a call of it last failed at once; `undefined` when none did. */
  failedAtMs: number | undefined;
  /** How often it was tried again soon after, and failed. */
  relapses = 0;
  /** What smooth weighted turns owe it. */
  credit = 0;

  constructor(found: FoundEndpoint, connection: Connection) {
    const { url, address, group, zone, weight, priority } = found;
    this.name = nameOf(found);
    this.seed = hashText(this.name);
    this.url = url;
    this.address = address;
    this.group = group;
    this.zone = zone;
    this.weight = weight;
    this.priority = priority;
    this.#connection = connection;
    const { pathname, search } = url;
    this.#ownPath = pathname + search;
    this.#prefix = pathname.endsWith('/') ? pathname.slice(0, -1) : pathname;
    this.#suffix = search;
  }

  get dispatcher(): Dispatcher {
    return this.#connection.dispatcher;
  }

  get streams(): Dispatcher {
    return this.#connection.streams;
  }

  readonly pathOf = (path: string): string => {
    if (path === '') return this.#ownPath;
    const below = path.startsWith('/') ? this.#prefix + path : this.url.pathname + path;
    if (this.#suffix === '') return below;
    return below.includes('?') ? `${below}&${this.#suffix.slice(1)}` : below + this.#suffix;
  };

  /** Its weight, less while it starts slowly. */
  shareAt(nowMs: number, slowStartMs: number): number {
    if (this.startedMs === undefined) return this.weight;
    const part = (nowMs - this.startedMs) / slowStartMs;
    if (part >= 1) {
      this.startedMs = undefined;
      return this.weight;
    }
    return this.weight * Math.max(part, firstPart);
  }

  release(): void {
    this.isGone = true;
    this.#connection.release();
  }
}

/** Equal for what is one and the same endpoint, whatever else is said of it. */
export function keyOf({ url, address = '', group = '', zone = '' }: FoundEndpoint): string {
  return `${url.href} ${address} ${group} ${zone}`;
}

function nameOf({ url, address }: FoundEndpoint): string {
  const shown = toShownUrl(url);
  return address === undefined ? shown : `${shown} (${address})`;
}
