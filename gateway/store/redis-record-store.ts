import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ControlRedisConfig } from '../config/control.ts';
import type { Logger } from '../telemetry/logger.ts';
import { assertRecordId, parseRecordJson, recordPaths, toRecordJson } from './record-json.ts';
import { recordScripts, versionField } from './record-scripts.ts';
import { type RecordKind, type RecordStore, recordKinds, recordsMax, type StoredRecord } from './record-store.ts';
import { RecordTable, tooManyRecords } from './record-table.ts';
import type { RedisClient } from './redis-client.ts';
import { RedisConnection } from './redis-connection.ts';

interface RedisRecordStoreOptions {
  readonly config: ControlRedisConfig;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
}

/** Often enough that a change is known everywhere within a second, and nothing that could be missed. */
const pollMs = 300;

/** Keeps records in a Redis that gateways share. While it cannot be used, what was known last counts. */
export class RedisRecordStore implements RecordStore {
  readonly #prefix: string;
  readonly #log: Logger;
  readonly #table: RecordTable;
  readonly #connection: RedisConnection;
  readonly #closed = new AbortController();
  /** What was read last, by kind. */
  readonly #versions = new Map<RecordKind, string | undefined>();
  /** Reads follow each other, so that what is known never goes back. */
  #lastRead: Promise<unknown> = Promise.resolve();
  #polling: Promise<void> | undefined;
  #down = false;

  constructor({ config, now, log }: RedisRecordStoreOptions) {
    this.#prefix = config.prefix;
    this.#log = log;
    this.#table = new RecordTable(now);
    this.#connection = new RedisConnection({
      redis: config.redis,
      cluster: config.cluster,
      timeoutMs: config.timeout,
      probe: (client) => client.hget(this.#key('block'), versionField),
      onDown: (reason) => this.#warn(reason),
      onUp: () => this.#cheer(),
    });
  }

  async open(): Promise<void> {
    try {
      await this.#read();
    } finally {
      this.#polling ??= this.#poll();
    }
  }

  all(kind: RecordKind): readonly StoredRecord[] {
    return this.#table.all(kind);
  }

  follow(kind: RecordKind, listener: (records: readonly StoredRecord[]) => void): () => void {
    return this.#table.follow(kind, listener);
  }

  async put(record: StoredRecord): Promise<void> {
    const { kind, id } = record;
    assertRecordId(id);
    const kept = await this.#run(kind, 'put', [id, toText(record), randomUUID(), recordsMax]);
    if (!kept) throw tooManyRecords();
    await this.#read();
  }

  async replace(former: StoredRecord | undefined, next: StoredRecord): Promise<boolean> {
    const { kind, id } = next;
    assertRecordId(id);
    const kept = former === undefined ? '' : toText(former);
    const isReplaced = await this.#run(kind, 'replace', [id, kept, toText(next), randomUUID()]);
    await this.#read();
    return isReplaced;
  }

  async remove(kind: RecordKind, id: string): Promise<boolean> {
    assertRecordId(id);
    const removed = await this.#run(kind, 'remove', [id, randomUUID()]);
    await this.#read();
    return removed;
  }

  close(): void {
    this.#closed.abort();
    this.#connection.close();
  }

  async #poll(): Promise<void> {
    const { signal } = this.#closed;
    while (!signal.aborted) {
      await pause(pollMs, undefined, { ref: false, signal }).catch(() => undefined);
      if (!signal.aborted) await this.#read().catch(() => undefined);
    }
  }

  /** Learns what has changed and what has ended. @throws Error with a sentence when Redis cannot be used */
  #read(): Promise<void> {
    const reading = this.#lastRead.then(async () => {
      await Promise.all(recordKinds.map((kind) => this.#readKind(kind)));
      await this.#drop(this.#table.sweep());
    });
    this.#lastRead = reading.catch(() => undefined);
    return reading;
  }

  async #readKind(kind: RecordKind): Promise<void> {
    const key = this.#key(kind);
    const version = (await this.#ask((client) => client.hget(key, versionField))) ?? undefined;
    if (this.#table.knows(kind) && version === this.#versions.get(kind)) return;
    if (version === undefined) await this.#restore(kind);
    const { [versionField]: next, ...texts } = await this.#ask((client) => client.hgetall(key));
    const records = Object.entries(texts).flatMap(([id, text]) => this.#parse(kind, id, text) ?? []);
    this.#versions.set(kind, next);
    this.#table.replace(kind, records);
  }

  /** What was taken back must not count again because Redis was restarted without what it held. */
  async #restore(kind: RecordKind): Promise<void> {
    const records = this.#table.all(kind);
    if (records.length === 0) return;
    const pairs = records.flatMap((record) => [record.id, toText(record)]);
    if (await this.#run(kind, 'restore', [randomUUID(), ...pairs])) {
      this.#log.warn('Redis had lost what operators said; what was known here was written again.', { kind });
    }
  }

  async #drop(ended: readonly StoredRecord[]): Promise<void> {
    for (const kind of recordKinds) {
      const pairs = ended.filter((record) => record.kind === kind).flatMap((record) => [record.id, toText(record)]);
      if (pairs.length > 0) await this.#run(kind, 'drop', pairs);
    }
  }

  #parse(kind: RecordKind, id: string, text: string): StoredRecord | undefined {
    const record = parseRecordJson(kind, parseJson(text));
    if (record?.id === id) return record;
    this.#log.warn('Redis holds something else than a record; it is left alone.', { kind, id });
    return undefined;
  }

  /** Whether a script did something. */
  async #run(kind: RecordKind, script: keyof typeof recordScripts, args: readonly (string | number)[]) {
    const reply = await this.#ask((client) => client.eval(recordScripts[script], 1, this.#key(kind), ...args));
    return reply === 1;
  }

  async #ask<Reply>(command: (client: RedisClient) => Promise<Reply>): Promise<Reply> {
    try {
      return await this.#connection.run(command);
    } catch {
      // The reason is in the log already, without what the client's error may hold of the command.
      throw new Error('The Redis of control.store cannot be used. What was known last still counts; try again later.');
    }
  }

  /** The braces keep all keys in one slot of a cluster, as those of limits are. */
  #key(kind: RecordKind): string {
    return `{${this.#prefix}}:control:${recordPaths[kind]}`;
  }

  #warn(reason: string): void {
    if (!this.#down)
      this.#log.warn('The Redis of control.store cannot be used; what was known last counts.', { reason });
    this.#down = true;
  }

  #cheer(): void {
    if (this.#down) this.#log.info('The Redis of control.store can be used again.');
    this.#down = false;
  }
}

function toText(record: StoredRecord): string {
  return JSON.stringify(toRecordJson(record));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
