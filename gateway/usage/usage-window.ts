import { durationBucketOf } from '../../schema/feed/duration-bucket.ts';
import type { RecordedOperation, UsageCount } from '../../schema/feed/usage-report.ts';
import type { Client } from '../identity/read-client.ts';

export interface WindowOptions {
  readonly clientsMost: number;
  readonly operationsMost: number;
  /** In milliseconds since the epoch. */
  readonly startMs: number;
}

/** One operation that was answered, or refused. */
export interface UsedOnce {
  readonly client: Client;
  readonly hasErrors: boolean;
  readonly durationMs: number;
}

/** Tells apart clients and operations; each is a few hundred bytes. */
const countsMost = 20_000;
const others: Client = { name: 'other', version: undefined };
const othersKey = 'other\0';

/** What was used in some time: bounded, whatever clients call themselves and send. */
export class UsageWindow {
  readonly startMs: number;
  readonly #options: WindowOptions;
  readonly #operations = new Map<string, OperationCounts>();
  readonly #clients = new Set<string>();
  #counts = 0;
  #dropped = 0;

  constructor(options: WindowOptions) {
    this.#options = options;
    this.startMs = options.startMs;
  }

  /** Operations of clients that were not counted. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether no other operation is counted any more. */
  get isFull(): boolean {
    return this.#operations.size >= this.#options.operationsMost;
  }

  get operations(): Iterable<OperationCounts> {
    return this.#operations.values();
  }

  drop(): void {
    this.#dropped += 1;
  }

  /** Where to count an operation; `undefined` when there are too many already. */
  countsOf(operation: RecordedOperation, version: number): OperationCounts | undefined {
    const key = `${operation.hash} ${version}`;
    let counts = this.#operations.get(key);
    if (counts === undefined && !this.isFull) {
      counts = new OperationCounts(operation, version, this);
      this.#operations.set(key, counts);
    }
    return counts;
  }

  /** Where to count a client within an operation. */
  open({ name = '', version = '' }: Client, operation: OperationCounts): ClientCounts | undefined {
    const key = `${name}\0${version}`;
    if (!this.#clients.has(key) && key !== othersKey) {
      if (this.#clients.size >= this.#options.clientsMost) return operation.countsOf(others);
      this.#clients.add(key);
    }
    if (this.#counts >= countsMost) return undefined;
    this.#counts += 1;
    return new ClientCounts(name, version);
  }
}

/** What was counted of one operation on one version. */
export class OperationCounts {
  readonly operation: RecordedOperation;
  readonly version: number;
  readonly window: UsageWindow;
  /** By name, then version. */
  readonly #clients = new Map<string | undefined, Map<string | undefined, ClientCounts>>();

  constructor(operation: RecordedOperation, version: number, window: UsageWindow) {
    this.operation = operation;
    this.version = version;
    this.window = window;
  }

  /** Where to count a client; `undefined` when there are too many already. */
  countsOf(client: Client): ClientCounts | undefined {
    const { name, version } = client;
    const found = this.#clients.get(name)?.get(version);
    if (found !== undefined) return found;
    const opened = this.window.open(client, this);
    // Those that are counted with others are not kept here either: there may be any number of them.
    if (opened === undefined || !opened.isOf(client)) return opened;
    const versions = this.#clients.get(name) ?? new Map<string | undefined, ClientCounts>();
    versions.set(version, opened);
    this.#clients.set(name, versions);
    return opened;
  }

  toCounts(): readonly UsageCount[] {
    const { operation, version } = this;
    return [...this.#clients.values()].flatMap((versions) =>
      Array.from(versions.values(), (counts) => counts.toCount(operation.hash, version)),
    );
  }
}

/** What was counted of one client within one operation. */
export class ClientCounts {
  readonly #client: string;
  readonly #version: string;
  readonly #durations = new Map<number, number>();
  readonly #inputs = new Map<string, { count: number; last: number }>();
  #count = 0;
  #errors = 0;

  constructor(client: string, version: string) {
    this.#client = client;
    this.#version = version;
  }

  isOf({ name = '', version = '' }: Client): boolean {
    return this.#client === name && this.#version === version;
  }

  add({ hasErrors, durationMs }: UsedOnce): void {
    this.#count += 1;
    if (hasErrors) this.#errors += 1;
    const bucket = durationBucketOf(durationMs);
    this.#durations.set(bucket, (this.#durations.get(bucket) ?? 0) + 1);
  }

  /** Counts what the variables of the request use that was added last, each coordinate once. */
  addInput(coordinate: string): void {
    const known = this.#inputs.get(coordinate);
    if (known === undefined) this.#inputs.set(coordinate, { count: 1, last: this.#count });
    else if (known.last !== this.#count) {
      known.count += 1;
      known.last = this.#count;
    }
  }

  toCount(operation: string, version: number): UsageCount {
    return {
      operation,
      client: this.#client,
      clientVersion: this.#version,
      version,
      count: this.#count,
      errors: this.#errors,
      durations: Object.fromEntries(this.#durations),
      inputs: Object.fromEntries(Array.from(this.#inputs, ([coordinate, { count }]) => [coordinate, count])),
    };
  }
}
