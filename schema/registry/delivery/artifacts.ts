import { LRUCache } from 'lru-cache';
import { type GraphRef, printGraphRef } from '../../feed/graph-ref.ts';
import { percentOf, readRunningCanary } from '../canary/canary.ts';
import { Refusal } from '../refusal.ts';
import type { RegistryStore } from '../store/registry-store.ts';
import { type ReadyArtifact, readArtifact } from './read-artifact.ts';
import type { SigningKey } from './signing-key.ts';

interface ArtifactsOptions {
  readonly store: RegistryStore;
  readonly key: SigningKey;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
}

/** What is kept in memory; artifacts that nobody has asked for of late are read again. */
const keptMaxBytes = 256 * 1024 * 1024;

/** After so long an artifact is compared with the store, in case that a message of another instance was lost. */
const trustedMs = 10_000;

/** So many gateways wait at a time, each for some kilobytes. */
const mostListeners = 20_000;

/** The artifacts of all variants, and who waits for the next ones. */
export class Artifacts {
  readonly #options: ArtifactsOptions;
  readonly #kept = new LRUCache<string, { readonly artifact: ReadyArtifact; checkedAt: number }>({
    maxSize: keptMaxBytes,
    sizeCalculation: ({ artifact: { json, gzip } }) => json.length + gzip.length,
  });
  readonly #reading = new Map<string, Promise<ReadyArtifact | undefined>>();
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #stopFollowing: () => void;
  #listenerCount = 0;
  #isClosed = false;

  constructor(options: ArtifactsOptions) {
    this.#options = options;
    this.#stopFollowing = options.store.follow((ref) => this.#changed(printGraphRef(ref)));
  }

  /** Whether those who wait are to leave. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The artifact as it is now; `undefined` before the first publish. */
  async read(ref: GraphRef): Promise<ReadyArtifact | undefined> {
    const name = printGraphRef(ref);
    const kept = this.#kept.get(name);
    const { store, now } = this.#options;
    if (kept !== undefined) {
      if (now() - kept.checkedAt < trustedMs) return kept.artifact;
      kept.checkedAt = now();
      const { latest, canary } = kept.artifact;
      const running = await readRunningCanary(store, ref);
      const isAtStep = canary?.percent === (running && percentOf(running.canary));
      if (isAtStep && (await store.readVariant(ref))?.version === latest) return kept.artifact;
    }
    return await (this.#reading.get(name) ?? this.#load(ref, name));
  }

  /**
   * The artifact as soon as it is another one than that of `etag`, or as it is after `waitMs`.
   * @throws Refusal `OVERLOADED` when too many wait already
   */
  async readNext(
    ref: GraphRef,
    etag: string | undefined,
    waitMs: number,
    left: AbortSignal,
  ): Promise<ReadyArtifact | undefined> {
    if (waitMs === 0 || this.#isClosed) return await this.read(ref);
    let wake = () => {};
    let isOver = false;
    const stop = this.listen(ref, () => wake());
    const end = () => {
      isOver = true;
      wake();
    };
    const timer = setTimeout(end, waitMs);
    left.addEventListener('abort', end, { once: true });
    try {
      for (;;) {
        const change = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const artifact = await this.read(ref);
        const isNext = artifact !== undefined && artifact.etag !== etag;
        if (isNext || isOver || this.#isClosed) return artifact;
        await change;
      }
    } finally {
      clearTimeout(timer);
      left.removeEventListener('abort', end);
      stop();
    }
  }

  /**
   * Calls the listener whenever a variant may have another artifact, and when waiting is over; gives what ends it.
   * @throws Refusal `OVERLOADED` when too many listen already
   */
  listen(ref: GraphRef, listener: () => void): () => void {
    if (this.#listenerCount >= mostListeners || this.#isClosed) {
      throw new Refusal('OVERLOADED', 'Too many gateways wait here already. Try again in a minute.');
    }
    const name = printGraphRef(ref);
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    this.#listenerCount++;
    return () => {
      if (!listeners.delete(listener)) return;
      this.#listenerCount--;
      if (listeners.size === 0 && this.#listeners.get(name) === listeners) this.#listeners.delete(name);
    };
  }

  /** Lets all go who wait. */
  close(): void {
    this.#isClosed = true;
    this.#stopFollowing();
    for (const name of [...this.#listeners.keys()]) this.#tell(name);
  }

  #changed(name: string): void {
    this.#kept.delete(name);
    this.#reading.delete(name);
    this.#tell(name);
  }

  #tell(name: string): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener();
  }

  async #load(ref: GraphRef, name: string): Promise<ReadyArtifact | undefined> {
    const { store, key, now } = this.#options;
    const reading = readArtifact(store, ref, key, now());
    this.#reading.set(name, reading);
    try {
      const artifact = await reading;
      // A version that came while this one was read has it forgotten already.
      const isLatest = this.#reading.get(name) === reading;
      if (artifact !== undefined && isLatest) this.#kept.set(name, { artifact, checkedAt: now() });
      return artifact;
    } finally {
      if (this.#reading.get(name) === reading) this.#reading.delete(name);
    }
  }
}
