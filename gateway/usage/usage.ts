import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import type { GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { mergeGroups, otherName } from '../../schema/feed/usage-group.ts';
import type { Config } from '../config/config.ts';
import type { UsageConfig } from '../config/registry.ts';
import { RegistryClient } from '../supergraph/sources/registry-client.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { GroupSender } from './group-sender.ts';
import type { Meter, MeteredTime } from './meter.ts';
import { OperationUses } from './operation-uses.ts';
import { UsageSender } from './usage-sender.ts';
import { UsageWindow } from './usage-window.ts';

export interface UsageOptions {
  readonly config: UsageConfig;
  readonly client: Pick<RegistryClient, 'tellUsage' | 'close'>;
  readonly telemetry: Pick<Telemetry, 'log' | 'usageTold' | 'usageDropped'>;
  /** Counts what requests come to. */
  readonly meter: Pick<Meter, 'take' | 'addTaker'>;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
  /** A number in [0, 1), so that many gateways do not tell at the same moment. */
  readonly random: () => number;
}

/** Sums are told so much more seldom than uses: nobody waits for them, and they take the registry longer. */
const groupsEvery = 6;
/** The hashes of operations by those of their texts, as many as a busy gateway has. */
const hashesMost = 20_000;

/** Counts what clients use of the schema, and tells the registry from time to time. Nothing waits for it. */
export class Usage {
  readonly #options: UsageOptions;
  readonly #sender: UsageSender;
  readonly #groups: GroupSender;
  /** What the registry calls operations, by what the gateway calls them. */
  readonly #recorded = new LRUCache<string, string>({ max: hashesMost });
  readonly #leaveMeter: () => void;
  #groupsDueMs: number;
  #window: UsageWindow;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #everyMs: number;
  #isClosed = false;

  constructor(options: UsageOptions) {
    this.#options = options;
    this.#everyMs = options.config.every;
    this.#sender = new UsageSender(options);
    this.#groups = new GroupSender(options);
    this.#leaveMeter = options.meter.addTaker();
    this.#groupsDueMs = options.now() + options.config.every * groupsEvery;
    this.#window = this.#openWindow();
    this.#schedule();
  }

  /** Counts for a supergraph; `version` is the registry's. */
  of(schema: GraphQLSchema, version: number): OperationUses {
    return new OperationUses({
      schema,
      version,
      window: () => this.#window,
      onDescribed: (operation, recorded) => this.#recorded.set(operation.hash, recorded.hash),
    });
  }

  /** Tells at least so often from now on; without a time, as often as is configured. */
  tellEvery(mostMs = Number.POSITIVE_INFINITY): void {
    const everyMs = Math.min(this.#options.config.every, mostMs);
    if (everyMs === this.#everyMs || this.#isClosed) return;
    this.#everyMs = everyMs;
    clearTimeout(this.#timer);
    this.#schedule();
  }

  /** Tells what was counted since the last time. Never rejects. */
  async flush(): Promise<void> {
    // What was used for the first time just now is counted in the next turn.
    await turn();
    const { config, now } = this.#options;
    await this.#tell(config.timeout);
    if (now() < this.#groupsDueMs) return;
    this.#groupsDueMs = now() + config.every * groupsEvery;
    await this.#tellGroups(config.timeout);
  }

  /** Tells what is left, as far as there is time for it. */
  async close(): Promise<void> {
    const { config, client } = this.#options;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await turn();
    const endMs = performance.now() + config.drain;
    await Promise.race([this.#sending, delay(config.drain, undefined, { ref: false })]);
    const leftMs = () => Math.ceil(endMs - performance.now());
    await Promise.all([this.#tell(leftMs()), this.#tellGroups(leftMs())]);
    this.#leaveMeter();
    await client.close();
  }

  #schedule(): void {
    const { random } = this.#options;
    this.#timer = setTimeout(
      () => {
        this.#schedule();
        // A registry that is slow gets more at a time.
        this.#sending ??= this.flush().finally(() => {
          this.#sending = undefined;
        });
      },
      this.#everyMs * (0.75 + random() / 2),
    );
    this.#timer.unref();
  }

  #tell(timeoutMs: number): Promise<void> {
    const window = this.#window;
    this.#window = this.#openWindow();
    return this.#sender.send(window, timeoutMs);
  }

  #tellGroups(timeoutMs: number): Promise<void> {
    return this.#groups.send(this.#asRecorded(this.#options.meter.take()), timeoutMs);
  }

  /** Operations called as the registry calls them: those that differ in nothing but values are one there. */
  #asRecorded(time: MeteredTime): MeteredTime {
    const renamed = time.groups.map((group) => {
      if (group.by !== 'operation' || group.name === '') return group;
      return { ...group, name: this.#recorded.get(group.name) ?? otherName };
    });
    return { ...time, groups: mergeGroups(renamed) };
  }

  #openWindow(): UsageWindow {
    const { clients, operations } = this.#options.config;
    return new UsageWindow({ clientsMost: clients, operationsMost: operations, startMs: this.#options.now() });
  }
}

/** What tells the registry that a configuration follows; `undefined` when there is none or it is not to be told. */
export function createUsage(
  { graph, telemetry: { usage } }: Config,
  telemetry: Telemetry,
  meter: UsageOptions['meter'],
): Usage | undefined {
  const { registry, schemaTimeout: timeoutMs } = graph;
  if (registry === undefined || registry.usage === false || !usage.enabled) return undefined;
  const client = new RegistryClient({ ...registry, timeoutMs });
  return new Usage({ config: registry.usage, client, telemetry, meter, now: Date.now, random: Math.random });
}
