import type { Logger } from '../../telemetry/logger.ts';
import type { EndpointReporter } from '../../telemetry/telemetry.ts';
import type { EndpointSource, FoundEndpoint } from './sources/endpoint-source.ts';
import { SourceFollower } from './sources/follow-source.ts';

/** What sources have found, by what tells one from another. */
export type FoundBySource = ReadonlyMap<string, readonly FoundEndpoint[]>;

/** A source, and what tells it from others of the subgraph: the same for one that is configured in the same way. */
export type KeyedSource = readonly [key: string, source: EndpointSource];

export interface DiscoveryOptions {
  readonly subgraph: string;
  readonly sources: readonly KeyedSource[];
  /** What was found before by sources, of which some may be among these: it holds until they say something else. */
  readonly known: FoundBySource;
  readonly random: () => number;
  readonly log: Logger;
  readonly reporter: EndpointReporter;
  /** Told what all that had an answer found together. */
  readonly onFound: (found: readonly FoundEndpoint[]) => void;
}

/** Follows where the endpoints of a subgraph come from. */
export class Discovery {
  /** What each source found last, of those that had an answer. */
  readonly found: FoundBySource;
  /** Resolves when each source has had an answer, or has failed once. */
  readonly looked: Promise<void>;
  readonly #followers: readonly SourceFollower[];

  constructor({ sources, known, onFound, ...options }: DiscoveryOptions) {
    const found = new Map<string, readonly FoundEndpoint[]>();
    const unasked = new Set<string>();
    for (const [key] of sources) {
      const before = known.get(key);
      if (before === undefined) unasked.add(key);
      else found.set(key, before);
    }
    this.found = found;
    let allLooked = () => {};
    this.looked = new Promise((resolve) => {
      allLooked = resolve;
    });
    const noteLook = (key: string) => {
      unasked.delete(key);
      if (unasked.size === 0) allLooked();
    };
    if (unasked.size === 0) allLooked();
    this.#followers = sources.map(([key, source]) =>
      followSource(source, options, {
        onFound(endpoints) {
          found.set(key, endpoints);
          onFound([...found.values()].flat());
          noteLook(key);
        },
        onFailed: () => noteLook(key),
      }),
    );
  }

  start(): void {
    for (const follower of this.#followers) follower.start();
  }

  stop(): void {
    for (const follower of this.#followers) follower.stop();
  }
}

interface Told {
  readonly onFound: (found: readonly FoundEndpoint[]) => void;
  readonly onFailed: () => void;
}

function followSource(
  source: EndpointSource,
  { subgraph, random, log, reporter }: Pick<DiscoveryOptions, 'subgraph' | 'random' | 'log' | 'reporter'>,
  told: Told,
): SourceFollower {
  let trouble = '';
  const facts = { subgraph, source: source.name };
  return new SourceFollower(source, {
    random,
    onFound(found) {
      reporter.lookedUp(true);
      if (trouble !== '') log.info('Endpoints are found again.', facts);
      trouble = '';
      if (found.length === 0) {
        trouble = 'none';
        log.warn('No endpoint is found.', facts);
      }
      told.onFound(found);
    },
    onFailed(error) {
      reporter.lookedUp(false);
      told.onFailed();
      const message = error instanceof Error ? error.message : String(error);
      if (message === trouble) return;
      trouble = message;
      log.warn('Endpoints cannot be looked up; those that are known stay.', { ...facts, error });
    },
  });
}
