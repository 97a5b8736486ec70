import { setTimeout as delay } from 'node:timers/promises';
import type { Problem } from '../schema/supergraph/problem.ts';
import type { Config } from './config/config.ts';
import { createGateway, type Gateway, type GatewayOptions } from './server.ts';
import { Follower } from './supergraph/follow.ts';
import type { SourceOutcome, SupergraphSource } from './supergraph/sources/source.ts';

/** What does not end although its connections are closed is not waited for any longer. */
const endMostMs = 10_000;

type Failed = Extract<SourceOutcome, { kind: 'failed' }>;

/** One configuration at work: a gateway and the source that it follows. A change of the configuration makes another. */
export interface Serving {
  readonly config: Config;
  readonly gateway: Gateway;
  /** Files whose change means another supergraph, not another configuration. */
  readonly schemaFiles: readonly string[];
  /** Reads the supergraph anew and runs it when it changed. */
  readonly refresh: () => Promise<SourceOutcome>;
  /** Tries until there is a supergraph. */
  readonly waitForFirst: () => Promise<SourceOutcome>;
  /** Stops following and lets requests in flight end. */
  readonly stop: () => Promise<void>;
  /** Stops; resolves when requests in flight have ended and the registry was told what was used. */
  readonly end: () => Promise<void>;
}

export interface ServingOptions extends GatewayOptions {
  readonly source: SupergraphSource;
}

/** Puts a configuration to work; nothing is read before `refresh` or `waitForFirst`. */
export function createServing(options: ServingOptions): Serving {
  const { config, telemetry, source } = options;
  const { log } = telemetry;
  const gateway = createGateway(options);

  const follower = new Follower({
    source,
    pollMs: config.graph.poll,
    random: Math.random,
    onSupergraph: async (supergraph, release) => {
      await gateway.use(supergraph, release);
      telemetry.supergraphJudged(true);
      log.info('A supergraph is served.', {
        ...(release && { version: release.version }),
        ...(release?.canary && { canary: release.canary.version, percent: release.canary.percent }),
        fingerprint: supergraph.fingerprint,
        subgraphs: supergraph.subgraphs.length,
      });
    },
    onProblems: (problems) => {
      telemetry.supergraphJudged(false);
      if (gateway.isReady()) log.error('The new supergraph cannot be used; the last good one stays.', { problems });
    },
  });
  let opened: Promise<readonly Problem[]> | undefined;
  let polling: Promise<void> | undefined;
  let closing: Promise<void> | undefined;
  const start = async <Result>(read: () => Promise<Result>): Promise<Result | Failed> => {
    opened ??= gateway.open();
    const problems = await opened;
    if (problems.length > 0) return { kind: 'failed', problems };
    const result = await read();
    polling ??= follower.poll();
    return result;
  };
  const stop = async (): Promise<void> => {
    follower.stop();
    closing = gateway.close().catch((error: unknown) => log.warn('A gateway did not close cleanly.', { error }));
    await polling;
    await source.close();
  };
  return {
    config,
    gateway,
    schemaFiles: source.files,
    refresh: () => start(() => follower.refresh()),
    waitForFirst: () =>
      start(() =>
        follower.waitForFirst((problems, pauseMs) =>
          log.warn('There is no supergraph yet; trying again.', { problems, pauseMs }),
        ),
      ),
    stop,
    async end() {
      await stop();
      await Promise.race([closing, delay(endMostMs, undefined, { ref: false })]);
    },
  };
}
