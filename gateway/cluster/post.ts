import type { Problem } from '../../schema/supergraph/problem.ts';
import type { Supergraph } from '../../schema/supergraph/supergraph.ts';
import { Conductor } from '../canary/conductor.ts';
import { canariesOf } from '../canary/create-canaries.ts';
import type { Config } from '../config/config.ts';
import { controlStoreOf } from '../config/control.ts';
import { createOnward } from '../identity/onward/onward.ts';
import { exportProcessKey } from '../identity/onward/process-key.ts';
import { followLogLevels } from '../log-levels/follow-log-levels.ts';
import { createReadUsage, type ReadUsage } from '../policy/rate-limit/usage.ts';
import { createLimitStore } from '../store/create-limit-store.ts';
import { createRecordStore } from '../store/create-record-store.ts';
import type { LimitStore } from '../store/limit-store.ts';
import type { RecordKind, RecordStore, StoredRecord } from '../store/record-store.ts';
import type { RecordTable } from '../store/record-table.ts';
import { Follower } from '../supergraph/follow.ts';
import { createSource } from '../supergraph/sources/create-source.ts';
import type { SourceOutcome } from '../supergraph/sources/source.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { type FollowedRecords, followRecords } from './follow-records.ts';
import type { GivenSupergraph, ServeMessage } from './messages.ts';

export interface PostOptions {
  /** Tells it from others. */
  readonly number: number;
  readonly config: Config;
  /** What the configuration was made of. */
  readonly values: unknown;
  readonly telemetry: Telemetry;
  /** Keeps records when the store is the memory. */
  readonly memory: RecordTable;
  /** Where it is listed what was counted, when the store is the memory. */
  readonly counts: Pick<LimitStore, 'list'>;
  /**
   * Calls `commit` as soon as it is known that workers can use it.
   * @throws Error when they cannot; the one before stays
   */
  readonly onSupergraph: (given: GivenSupergraph, commit: () => void) => Promise<void>;
  readonly onRecords: (of: RecordKind, records: readonly StoredRecord[]) => void;
}

/** What the primary does for workers as long as a configuration is at work. */
export interface Post {
  readonly number: number;
  readonly config: Config;
  readonly schemaFiles: readonly string[];
  readonly records: RecordStore;
  /** Looks after the canaries of subgraphs. */
  readonly conductor: Conductor;
  readonly readUsage: ReadUsage;
  readonly jwks: () => string | undefined;
  /** What workers answer from; `undefined` before the first one. */
  readonly supergraph: () => Supergraph | undefined;
  /** What workers are told of the configuration. */
  readonly toTell: () => Pick<ServeMessage, 'post' | 'values' | 'supergraph' | 'release' | 'records' | 'processKey'>;
  /** Reads what has to be read before the first request; gives what stands in its way. */
  readonly open: () => Promise<readonly Problem[]>;
  /** Reads the supergraph anew, and from then on as often as is configured. */
  readonly refresh: () => Promise<SourceOutcome>;
  /** Tries until there is a supergraph. */
  readonly waitForFirst: () => Promise<SourceOutcome>;
  readonly close: () => Promise<void>;
}

/** Builds it; nothing is read before `open`. */
export function createPost(options: PostOptions): Post {
  const { number, config, values, telemetry, memory, counts, onSupergraph } = options;
  const { log } = telemetry;
  const records = createRecordStore({ config: controlStoreOf(config), memory, now: Date.now, log });
  const followed = followWhatIsSaid(records, options);
  const conductor = new Conductor({ canaries: canariesOf(config.traffic), records, telemetry, now: Date.now });
  const limitStore = openLimitStore(config, telemetry);
  const onward = config.identity.onward && createOnward(config.identity.onward, { log, now: Date.now });
  const source = createSource(config.graph, log, telemetry);
  let latest: GivenSupergraph | undefined;
  let processKey: ServeMessage['processKey'];
  const follower = new Follower({
    source,
    pollMs: config.graph.poll,
    random: Math.random,
    onSupergraph: (supergraph, release) =>
      onSupergraph({ supergraph, release }, () => {
        latest = { supergraph, release };
        telemetry.supergraphJudged(true);
      }),
    onProblems: (problems) => {
      telemetry.supergraphJudged(false);
      if (latest !== undefined) log.error('The new supergraph cannot be used; the last good one stays.', { problems });
    },
  });
  let polling: Promise<void> | undefined;
  return {
    number,
    config,
    schemaFiles: source.files,
    records,
    conductor,
    readUsage: createReadUsage(config.rateLimit.rules, limitStore ?? counts),
    jwks: () => onward?.jwks(),
    supergraph: () => latest?.supergraph,
    toTell: () => ({ post: number, values, ...latest, records: followed.known(), processKey }),
    async open() {
      const opened = records.open().catch((error: unknown) => {
        log.error('What operators said cannot be read yet: revocations and blocks do not count until it is.', {
          error,
        });
      });
      const [noKeys, key] = await Promise.all([onward?.open(), exportKeyOf(config), opened]);
      processKey = key;
      conductor.open();
      return noKeys === undefined ? [] : [toProblem(noKeys)];
    },
    async refresh() {
      const outcome = await follower.refresh();
      polling ??= follower.poll();
      return outcome;
    },
    async waitForFirst() {
      const outcome = await follower.waitForFirst((problems, pauseMs) =>
        log.warn('There is no supergraph yet; trying again.', { problems, pauseMs }),
      );
      polling ??= follower.poll();
      return outcome;
    },
    async close() {
      follower.stop();
      conductor.close();
      followed.close();
      records.close();
      onward?.close();
      limitStore?.close();
      await polling;
      await source.close();
    },
  };
}

/** What operators say is for the workers, but for how detailed the log is to be: that is for this process too. */
function followWhatIsSaid(records: RecordStore, { telemetry, onRecords }: PostOptions): FollowedRecords {
  const followed = followRecords(records, onRecords);
  const unfollowLogLevels = followLogLevels(records, telemetry);
  return {
    known: followed.known,
    close() {
      followed.close();
      unfollowLogLevels();
    },
  };
}

async function exportKeyOf({ identity: { onward } }: Config): Promise<ServeMessage['processKey']> {
  if (onward === undefined || onward.keys !== undefined) return undefined;
  const { algorithm = 'ES256' } = onward;
  return { algorithm, pem: await exportProcessKey(algorithm) };
}

/** Where workers count by themselves, to read from; `undefined` when the primary counts. */
function openLimitStore({ rateLimit }: Config, telemetry: Telemetry): LimitStore | undefined {
  if (rateLimit.store === 'memory') return undefined;
  const { log } = telemetry;
  return createLimitStore({ config: rateLimit, now: () => performance.now(), log, telemetry });
}

function toProblem(message: string): Problem {
  return { code: 'SIGNING_KEYS_INVALID', message, subgraph: undefined, coordinate: undefined };
}
