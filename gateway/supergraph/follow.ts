import { setTimeout as delay } from 'node:timers/promises';
import type { Problem } from '../../schema/supergraph/problem.ts';
import type { Supergraph } from '../../schema/supergraph/supergraph.ts';
import type { Release, SourceOutcome, SupergraphSource } from './sources/source.ts';

export interface FollowOptions {
  readonly source: SupergraphSource;
  /** How often a live source is asked for changes; 0 for never. */
  readonly pollMs: number;
  /** A number in [0, 1), so that many gateways do not ask at the same moment. */
  readonly random: () => number;
  /** A supergraph other than the last one. What it throws counts as a problem of that supergraph, and the last one stays. */
  readonly onSupergraph: (supergraph: Supergraph, release: Release | undefined) => void | Promise<void>;
  /** Called once for each new set of problems, not at every poll. */
  readonly onProblems: (problems: readonly Problem[]) => void;
}

type Given = Extract<SourceOutcome, { kind: 'supergraph' }>;

/** Follows a source: hands over each new supergraph and says what is wrong with those that cannot be used. */
export class Follower {
  readonly #options: FollowOptions;
  readonly #stopped = new AbortController();
  /** Which one is used: after a change and its taking back the version is another, and the fingerprint is not. */
  #used: string | undefined;
  #lastProblems = '';
  /** Loads run one after the other: a slow old one must not overwrite a quick new one. */
  #loading: Promise<unknown> = Promise.resolve();
  /** Whether a look is waiting for the one before. */
  #waits = false;

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  /** Reads the source now. Resolves to whether there is a supergraph to run, new or as before. */
  refresh(): Promise<SourceOutcome> {
    const outcome = this.#loading.then(async () => await this.#accept(await this.#options.source.load()));
    this.#loading = outcome.catch(() => {});
    return outcome;
  }

  /** Follows a source that tells of changes; polls one that does not, until `stop`, at intervals of 75 to 125 percent of `pollMs`. */
  async poll(): Promise<void> {
    const { pollMs, source, random } = this.#options;
    if (source.watch !== undefined) {
      source.watch(() => this.#refreshSoon());
      return;
    }
    if (pollMs === 0 || !source.live) return;
    while (await this.#pause(pollMs * (0.75 + random() / 2))) await this.refresh();
  }

  /** Reads until there is a supergraph, doubling the pause between tries up to 30 s. */
  async waitForFirst(onRetry: (problems: readonly Problem[], pauseMs: number) => void): Promise<SourceOutcome> {
    let outcome = await this.refresh();
    for (let pauseMs = 500; outcome.kind === 'failed'; pauseMs = Math.min(pauseMs * 2, 30_000)) {
      onRetry(outcome.problems, pauseMs);
      if (!(await this.#pause(pauseMs * (0.75 + this.#options.random() / 2)))) break;
      outcome = await this.refresh();
    }
    return outcome;
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** However many changes come while one is being taken, one more look is enough. */
  #refreshSoon(): void {
    if (this.#waits || this.#stopped.signal.aborted) return;
    this.#waits = true;
    this.#loading = this.#loading.then(() => {
      this.#waits = false;
    });
    void this.refresh();
  }

  async #accept(outcome: SourceOutcome): Promise<SourceOutcome> {
    if (this.#stopped.signal.aborted) return outcome;
    const accepted = outcome.kind === 'supergraph' ? await this.#use(outcome) : outcome;
    const problems = accepted.kind === 'failed' ? JSON.stringify(accepted.problems) : '';
    if (accepted.kind === 'failed' && problems !== this.#lastProblems) this.#options.onProblems(accepted.problems);
    this.#lastProblems = problems;
    return accepted;
  }

  async #use(outcome: Given): Promise<SourceOutcome> {
    const { supergraph, release } = outcome;
    const { version, percent } = release?.canary ?? {};
    const name = `${supergraph.fingerprint} ${release?.version} ${version} ${percent}`;
    if (name !== this.#used) {
      try {
        await this.#options.onSupergraph(supergraph, release);
      } catch (error) {
        const reason = toLine(error instanceof Error ? error.message : String(error));
        const message = `The supergraph cannot be run: ${reason}`;
        return {
          kind: 'failed',
          problems: [{ code: 'SUPERGRAPH_INVALID', message, subgraph: undefined, coordinate: undefined }],
        };
      }
      this.#used = name;
    }
    return outcome;
  }

  async #pause(ms: number): Promise<boolean> {
    try {
      await delay(ms, undefined, { signal: this.#stopped.signal });
      return true;
    } catch {
      return false;
    }
  }
}

/** Longest reason that is told, in characters: there may be one for each of many fields. */
const reasonMost = 1_000;

function toLine(text: string): string {
  const line = text
    .split('\n')
    .map((part) => part.trim())
    .join(' ');
  return line.length > reasonMost ? `${line.slice(0, reasonMost)}…` : line;
}
