import { createPublicKey, type KeyObject } from 'node:crypto';
import type { SignedSupergraph } from '../../../schema/feed/artifact.ts';
import { printGraphRef } from '../../../schema/feed/graph-ref.ts';
import type { Problem } from '../../../schema/supergraph/problem.ts';
import { readSupergraph } from '../../../schema/supergraph/read.ts';
import type { Supergraph } from '../../../schema/supergraph/supergraph.ts';
import { SupergraphError } from '../../../schema/supergraph/supergraph-error.ts';
import { toShownUrl } from '../../../schema/supergraph/to-shown-url.ts';
import type { GraphConfig } from '../../config/graph.ts';
import type { RegistryConfig } from '../../config/registry.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { ArtifactCopy, type CopiedArtifact } from './artifact-copy.ts';
import { type ReadArtifact, readArtifact } from './read-artifact.ts';
import { RegistryClient } from './registry-client.ts';
import { RegistryWatch } from './registry-watch.ts';
import type { CanaryRelease, SourceOutcome, SupergraphSource } from './source.ts';

export interface RegistrySourceOptions extends Pick<GraphConfig, 'poll' | 'schemaTimeout'> {
  readonly registry: RegistryConfig;
  readonly telemetry: Pick<Telemetry, 'log' | 'registryFollowed' | 'artifactRead'>;
}

type Given = Extract<SourceOutcome, { kind: 'supergraph' }>;
type Failed = Extract<SourceOutcome, { kind: 'failed' }>;

/** What the registry gave last, good or not. */
interface Seen {
  readonly etag: string | undefined;
  readonly outcome: SourceOutcome;
}

/**
 * Follows a variant in a registry. What the registry has not signed is not taken, and the last good artifact is kept on disk, for a start
 * while the registry is down.
 */
export class RegistrySource implements SupergraphSource {
  readonly files: readonly string[] = [];
  readonly live = true;
  readonly #options: RegistrySourceOptions;
  readonly #publicKeys: readonly KeyObject[];
  readonly #client: RegistryClient;
  readonly #copy: ArtifactCopy | undefined;
  #copyRead: Promise<void> | undefined;
  #watch: RegistryWatch | undefined;
  #seen: Seen | undefined;
  /** The last good one. */
  #good: Given | undefined;
  /** Whether the good one was asked for, so that it is what runs. */
  #isGiven = false;
  /** Whether it is the copy, as the registry could not be asked. */
  #isCopy = false;
  #versionLeast = 0;
  #lastTrouble = '';

  constructor(options: RegistrySourceOptions) {
    const { registry, telemetry, schemaTimeout: timeoutMs } = options;
    const { url, graph, token, cache, publicKey } = registry;
    this.#options = options;
    this.#publicKeys = (publicKey ?? []).map((pem) => createPublicKey(pem));
    this.#client = new RegistryClient({ url, graph, token, timeoutMs });
    this.#copy = cache === false ? undefined : new ArtifactCopy(cache, url, graph);
    if (publicKey === undefined) {
      telemetry.log.warn(
        'Supergraphs of the registry are taken without a look at their signatures. Set graph.registry.publicKey.',
      );
    }
  }

  readonly load = async (): Promise<SourceOutcome> => {
    this.#copyRead ??= this.#readCopy();
    await this.#copyRead;
    const outcome = await this.#loadNow();
    if (outcome.kind === 'supergraph' || this.#isGiven || this.#good === undefined) {
      this.#isGiven ||= outcome.kind === 'supergraph';
      return outcome;
    }
    this.#isGiven = true;
    this.#isCopy = true;
    const { version } = this.#good.release ?? {};
    const [problem] = outcome.problems;
    this.#lastTrouble = problem?.message ?? '';
    this.#note(false);
    this.#options.telemetry.log.warn(
      `The gateway starts from its copy of version ${version} of the supergraph. ${problem?.message}`,
    );
    return this.#good;
  };

  readonly watch = (onChange: () => void): void => {
    const { registry, poll, telemetry } = this.#options;
    this.#watch ??= new RegistryWatch({
      client: this.#client,
      events: registry.events,
      pollMs: poll,
      random: Math.random,
      ask: (waitSeconds, signal) => this.#ask(waitSeconds, signal),
      onChange,
      onUp: () => this.#noteUp(),
      onDown: (error) => {
        const { message } = this.#noteDown(error);
        if (message === this.#lastTrouble) return;
        this.#lastTrouble = message;
        telemetry.log.error(`${message} What runs stays.`);
      },
    });
  };

  readonly close = async (): Promise<void> => {
    await this.#watch?.stop();
    await this.#client.close();
    await this.#copy?.settle();
  };

  async #loadNow(): Promise<SourceOutcome> {
    try {
      await this.#ask(0);
      this.#noteUp();
    } catch (error) {
      return toFailed(this.#noteDown(error));
    }
    return this.#seen?.outcome ?? toFailed(this.#noteDown(new Error('answered that nothing has changed')));
  }

  /** Asks for the artifact; resolves with whether it is another one. */
  async #ask(waitSeconds: number, signal?: AbortSignal): Promise<boolean> {
    const etag = this.#seen?.etag;
    const answer = await this.#client.readArtifact({ etag, waitSeconds, ...(signal && { signal }) });
    if (answer.kind === 'unchanged') return false;
    const before = this.#seen?.outcome;
    const outcome = this.#take(answer);
    this.#seen = { etag: answer.etag, outcome };
    const isNew = !isSame(before, outcome);
    if (isNew) this.#options.telemetry.artifactRead(outcome.kind === 'supergraph' ? 'taken' : 'refused');
    return isNew;
  }

  #take(artifact: CopiedArtifact): SourceOutcome {
    const outcome = this.#read(artifact);
    if (outcome.kind === 'supergraph' && !isSame(this.#good, outcome)) {
      this.#good = outcome;
      void this.#keep(artifact);
    }
    return outcome;
  }

  #read({ text }: CopiedArtifact): SourceOutcome {
    const { graph } = this.#options.registry;
    let artifact: ReadArtifact;
    try {
      artifact = readArtifact(text, { graph, publicKeys: this.#publicKeys, versionLeast: this.#versionLeast });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `What the registry gave for ${printGraphRef(graph)} is refused. ${reason}`;
      return toFailed(toProblem('ARTIFACT_REFUSED', message));
    }
    const { stable, warmUp } = artifact;
    this.#versionLeast = stable.version;
    try {
      const supergraph = this.#parse(stable);
      const release = { version: stable.version, warmUp, canary: this.#readCanary(artifact) };
      return { kind: 'supergraph', supergraph, release };
    } catch (error) {
      if (error instanceof SupergraphError) return { kind: 'failed', problems: error.problems };
      throw error;
    }
  }

  /** A version that changes nothing, or an answer without an ETag, brings what is known. */
  #parse({ fingerprint, sdl }: SignedSupergraph): Supergraph {
    const { supergraph, release } = this.#good ?? {};
    const known = [supergraph, release?.canary?.supergraph].find((one) => one?.fingerprint === fingerprint);
    return known ?? readSupergraph(sdl);
  }

  /** What cannot even be read is tried with nobody. */
  #readCanary({ canary }: ReadArtifact): CanaryRelease | undefined {
    if (canary === undefined) return undefined;
    const { version, percent, reportMs } = canary;
    try {
      return { version, percent, reportMs, supergraph: this.#parse(canary) };
    } catch (error) {
      if (!(error instanceof SupergraphError)) throw error;
      const { problems } = error;
      this.#options.telemetry.log.error('The canary cannot be used; no client has it.', { version, problems });
      return undefined;
    }
  }

  async #readCopy(): Promise<void> {
    const copied = await this.#copy?.read();
    if (copied === undefined) return;
    const outcome = this.#read(copied);
    if (outcome.kind === 'supergraph') {
      this.#good = outcome;
      this.#seen = { etag: copied.etag, outcome };
      return;
    }
    const [problem] = outcome.problems;
    this.#options.telemetry.log.warn('The copy of the supergraph is not used.', {
      file: this.#copy?.file,
      reason: problem?.message,
    });
  }

  async #keep(artifact: CopiedArtifact): Promise<void> {
    try {
      await this.#copy?.write(artifact);
    } catch (error) {
      this.#options.telemetry.log.warn(
        'The supergraph cannot be kept on disk, for a start while the registry is down. Set graph.registry.cache to a folder that can be written, or to false.',
        { error },
      );
    }
  }

  #noteUp(): void {
    const { telemetry } = this.#options;
    if (this.#lastTrouble !== '') telemetry.log.info('The registry answers again.');
    this.#lastTrouble = '';
    this.#isCopy = false;
    this.#note(true);
  }

  #note(isUp: boolean): void {
    const version = this.#good?.release?.version;
    this.#options.telemetry.registryFollowed({ isUp, isCopy: this.#isCopy, version });
  }

  #noteDown(error: unknown): Problem {
    const { url, graph } = this.#options.registry;
    this.#note(false);
    const reason = reasonOf(error);
    return toProblem(
      'REGISTRY_UNAVAILABLE',
      `The supergraph of ${printGraphRef(graph)} cannot be had from the registry ${toShownUrl(url)}: it ${reason}.`,
    );
  }
}

function isSame(one: SourceOutcome | undefined, other: SourceOutcome): boolean {
  if (one?.kind === 'failed' && other.kind === 'failed') return one.problems[0]?.message === other.problems[0]?.message;
  if (one?.kind !== 'supergraph' || other.kind !== 'supergraph') return false;
  const [left, right] = [one.release?.canary, other.release?.canary];
  if (left?.version !== right?.version || left?.percent !== right?.percent) return false;
  return one.release?.version === other.release?.version && one.supergraph.fingerprint === other.supergraph.fingerprint;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  if (error.name === 'TimeoutError' || error.name === 'HeadersTimeoutError') return 'gave no answer in time';
  const inner = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  if ('code' in inner) return `cannot be reached (${inner.code})`;
  return inner.message.replace(/^its answer/, 'gave an answer that').replace(/\.$/, '');
}

function toProblem(code: string, message: string): Problem {
  return { code, message, subgraph: undefined, coordinate: undefined };
}

function toFailed(problem: Problem): Failed {
  return { kind: 'failed', problems: [problem] };
}
