import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { RecordedOperation, UsageCount, UsageReport } from '../../schema/feed/usage-report.ts';
import { type RegistryClient, RegistryError } from '../supergraph/sources/registry-client.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { UsageWindow } from './usage-window.ts';

export interface UsageSenderOptions {
  readonly client: Pick<RegistryClient, 'tellUsage'>;
  readonly telemetry: Pick<Telemetry, 'log' | 'usageTold' | 'usageDropped'>;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
}

/** A report of so much is written and packed within some milliseconds, in which requests wait. */
const reportCountsMost = 1_000;
const reportLengthMost = 256 * 1024;
/** As many hashes as a busy registry keeps operations of; a few megabytes. */
const toldMost = 50_000;
/** A registry that asks for a text more often cannot use it. */
const tellingsMost = 3;
const logEveryMs = 60_000;
/** A token is not made valid by sending again and again. */
const refusedPauseMs = 60_000;

const pack = promisify(gzip);

/** What goes into one report. */
interface Draft {
  readonly operations: Map<string, RecordedOperation>;
  readonly counts: UsageCount[];
  length: number;
}

/** Tells a registry of usage; what cannot be told at once is lost. */
export class UsageSender {
  readonly #options: UsageSenderOptions;
  /** How often the registry was told the text of an operation, by hash. */
  readonly #told = new LRUCache<string, number>({ max: toldMost });
  /** Texts that it lacks, by hash. */
  readonly #asked = new Map<string, RecordedOperation>();
  #refusedUntilMs = 0;
  #loggedMs = Number.NEGATIVE_INFINITY;
  #lost = 0;

  constructor(options: UsageSenderOptions) {
    this.#options = options;
  }

  /** Sends what is in a window, in several reports where it is much. Never rejects. */
  async send(window: UsageWindow, timeoutMs: number): Promise<void> {
    const { now } = this.#options;
    const endMs = now() + timeoutMs;
    if (window.dropped > 0) this.#lose(window.dropped, 'There were too many operations or clients to tell apart.');
    const drafts = this.#toDrafts(window);
    const at = Math.round((window.startMs + now()) / 2);
    let failure: string | undefined;
    for (const draft of drafts) {
      failure ??= now() < this.#refusedUntilMs ? 'The registry refuses the token.' : undefined;
      failure ??= await this.#sendOne(draft, window, { at, timeoutMs: Math.max(endMs - now(), 1) });
      this.#options.telemetry.usageTold(failure === undefined ? 'sent' : 'lost');
      if (failure !== undefined)
        this.#lose(
          draft.counts.reduce((sum, { count }) => sum + count, 0),
          failure,
        );
    }
  }

  #toDrafts(window: UsageWindow): readonly Draft[] {
    let draft = createDraft();
    const drafts = [draft];
    const next = () => {
      if (draft.counts.length < reportCountsMost && draft.length < reportLengthMost) return;
      draft = createDraft();
      drafts.push(draft);
    };
    const addOperation = (operation: RecordedOperation) => {
      if (draft.operations.has(operation.hash)) return;
      draft.operations.set(operation.hash, operation);
      draft.length += operation.coordinates.reduce((sum, { length }) => sum + length, operation.text.length);
    };
    for (const operation of this.#asked.values()) {
      addOperation(operation);
      next();
    }
    this.#asked.clear();
    for (const counted of window.operations) {
      if (!this.#told.has(counted.operation.hash)) addOperation(counted.operation);
      for (const count of counted.toCounts()) {
        draft.counts.push(count);
        next();
      }
    }
    return drafts.filter(({ operations, counts }) => operations.size + counts.length > 0);
  }

  /** Resolves with why it failed, if it did. */
  async #sendOne(
    { operations, counts }: Draft,
    window: UsageWindow,
    { at, timeoutMs }: { readonly at: number; readonly timeoutMs: number },
  ): Promise<string | undefined> {
    const { client, now } = this.#options;
    const report: UsageReport = { id: randomUUID(), at, format: 2, operations: [...operations.values()], counts };
    try {
      const unknown = await client.tellUsage(await pack(JSON.stringify(report)), timeoutMs);
      for (const hash of operations.keys()) this.#told.set(hash, this.#timesTold(hash) + 1);
      this.#ask(new Set(unknown), window);
      return undefined;
    } catch (error) {
      if (error instanceof RegistryError && error.isRefusal) this.#refusedUntilMs = now() + refusedPauseMs;
      return `The registry cannot be told: ${error instanceof Error ? error.message : 'it failed'}.`;
    }
  }

  #ask(unknown: ReadonlySet<string>, window: UsageWindow): void {
    if (unknown.size === 0) return;
    for (const { operation } of window.operations) {
      const { hash } = operation;
      if (unknown.has(hash) && this.#timesTold(hash) < tellingsMost) this.#asked.set(hash, operation);
    }
  }

  #timesTold(hash: string): number {
    return this.#told.get(hash) ?? 0;
  }

  #lose(operations: number, reason: string): void {
    const { telemetry, now } = this.#options;
    telemetry.usageDropped(operations);
    this.#lost += operations;
    if (now() - this.#loggedMs < logEveryMs) return;
    telemetry.log.warn(`The registry was not told of operations of clients. ${reason}`, { operations: this.#lost });
    this.#loggedMs = now();
    this.#lost = 0;
  }
}

function createDraft(): Draft {
  return { operations: new Map(), counts: [], length: 0 };
}
