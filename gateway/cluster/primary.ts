import type { LiveSubject } from '../../console/live.ts';
import { openAdminPort } from '../admin-port.ts';
import { mergeSteps } from '../anomalies/merge-steps.ts';
import type { Config } from '../config/config.ts';
import { findFreePort } from '../http/find-free-port.ts';
import type { Listener } from '../http/listen.ts';
import { Lookout } from '../lookout.ts';
import type { StartOutcome } from '../runtime.ts';
import { RecordTable } from '../store/record-table.ts';
import type { MetricsFormat } from '../telemetry/metrics/prometheus-text.ts';
import type { ProfileKind } from '../telemetry/take-profile.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { mergeTimelines, mergeTraffic } from '../telemetry/traffic/merge-traffic.ts';
import { mergeMetered } from '../usage/merge-metered.ts';
import { warnOfRestart } from '../warn-of-restart.ts';
import type { Crew } from './crew.ts';
import type { CountAnswer, CountAsk, KeyAnswer, KeyAsk, ServedOutcome } from './messages.ts';
import { createPost, type Post } from './post.ts';
import { SharedCounter } from './shared-counter.ts';
import { SharedKeys } from './shared-keys.ts';
import { Staff } from './staff.ts';

export interface PrimaryOptions {
  readonly telemetry: Telemetry;
  /** Whether to listen before there is a supergraph, and to try until there is one. */
  readonly wait: boolean;
  /** Those who answer; they start while this process reads the supergraph. */
  readonly crew: Crew;
}

/** What a worker may take to end beyond the time that requests in flight have. */
const stopGraceMs = 5_000;

/**
 * A gateway of several processes. This one reads the configuration, the supergraph and what operators say, once for all of them, holds
 * the admin port, and counts what is counted in memory; the workers answer clients.
 */
export class Primary {
  readonly #telemetry: Telemetry;
  readonly #wait: boolean;
  readonly #staff: Staff;
  readonly #memory = new RecordTable(Date.now);
  readonly #keys = new SharedKeys();
  readonly #lookout: Lookout;
  #counter: SharedCounter | undefined;
  /** Where a configuration that asks for a free port has one: workers that come later are to find the same. */
  #freePort: number | undefined;
  #posts = 0;
  /** The first configuration's, until it is at work. */
  #starting: Post | undefined;
  #post: Post | undefined;
  /** Settles when it is known whether a configuration that is tried out comes to work. */
  #changing: Promise<unknown> = Promise.resolve();
  #admin: Listener | undefined;
  #draining = false;

  constructor({ telemetry, wait, crew }: PrimaryOptions) {
    this.#telemetry = telemetry;
    this.#wait = wait;
    this.#staff = new Staff({
      crew,
      log: telemetry.log,
      work: () => this.#post && { ...this.#post.toTell(), port: this.#portOf(this.#post.config), wait },
      count: (worker, asks) => asks.flatMap((ask) => this.#answer(worker, ask)),
      onGroupFigures: (figures) => this.#post?.conductor.add(figures),
      onGone: (worker) => {
        this.#counter?.forget(worker);
        this.#keys.forget(worker);
      },
    });
    this.#lookout = new Lookout({
      telemetry,
      readFamilies: async (names) => {
        const own = { process: 'primary', families: telemetry.metricFamilies(names) };
        return [own, ...(await this.#staff.survey.families(names))];
      },
      takeStep: async (atMs) => mergeSteps(await this.#staff.survey.takeSteps(atMs), atMs),
      records: () => this.#post?.records,
    });
  }

  /** Where clients connect, once started. */
  get url(): string {
    return this.#staff.url;
  }

  /** Where operators connect; `undefined` without an admin port. */
  get adminUrl(): string | undefined {
    return this.#admin?.url;
  }

  /** Files whose change means another supergraph. */
  get schemaFiles(): readonly string[] {
    return this.#post?.schemaFiles ?? [];
  }

  /**
   * Puts a configuration to work, and resolves when the first worker answers.
   * @throws Error with a sentence for the operator when a port cannot be opened
   */
  async start(config: Config, values: unknown): Promise<StartOutcome> {
    this.#counter = new SharedCounter(config.rateLimit);
    const post = this.#createPost(config, values, this.#counter);
    this.#starting = post;
    const problems = await post.open();
    if (problems.length > 0) return { kind: 'failed', problems };
    await this.#findPort(config);
    if (this.#wait) {
      this.#admin = await this.#openAdmin(config);
    } else {
      const outcome = await post.refresh();
      if (outcome.kind === 'failed') return outcome;
    }
    if (this.#draining) return { kind: 'failed', problems: [] };
    this.#post = post;
    if (this.#wait) void post.waitForFirst();
    const outcome = await this.#staff.employ();
    if (outcome.kind === 'error') throw new Error(outcome.message);
    if (outcome.kind === 'failed') return outcome;
    this.#admin ??= await this.#openAdmin(config);
    await this.#lookout.use(config);
    return { kind: 'started' };
  }

  /** Reads the supergraph anew. */
  async refresh(): Promise<void> {
    await this.#post?.refresh();
  }

  /**
   * Puts another configuration to work without dropping a request; on any problem the one at work stays.
   * @throws Error with a sentence for the operator when the new address cannot be opened
   */
  async reload(config: Config, values: unknown): Promise<StartOutcome> {
    const [former, counter] = [this.#post, this.#counter];
    if (former === undefined || counter === undefined || this.#draining) return { kind: 'failed', problems: [] };
    counter.admit(config.rateLimit);
    const post = this.#createPost(config, values, counter);
    try {
      const trial = this.#tryOut(post);
      this.#changing = trial.catch(() => {});
      const outcome = await trial;
      if (outcome.kind === 'error') throw new Error(outcome.message);
      if (outcome.kind === 'failed') return outcome;
    } finally {
      const isAtWork = this.#post === post;
      counter.keepOnly((this.#post ?? former).config.rateLimit);
      await (isAtWork ? former : post).close();
    }
    warnOfRestart(former.config, config, this.#telemetry.log);
    await this.#lookout.use(config);
    return { kind: 'started' };
  }

  /** Has the workers finish what is in flight, and closes everything. */
  async stop(): Promise<void> {
    this.#draining = true;
    const drainMs = this.#post?.config.listen.drainTimeout ?? 0;
    await this.#staff.stop(drainMs + stopGraceMs);
    await this.#admin?.drain(0);
    await this.#lookout.close();
    await (this.#post ?? this.#starting)?.close();
  }

  /** Puts a configuration to work in one worker, and when that can in all. */
  async #tryOut(post: Post): Promise<ServedOutcome> {
    const problems = await post.open();
    if (problems.length > 0) return { kind: 'failed', problems };
    await this.#findPort(post.config);
    const outcome = await post.refresh();
    if (outcome.kind === 'failed') return outcome;
    if (this.#draining) return { kind: 'failed', problems: [] };
    const work = { ...post.toTell(), port: this.#portOf(post.config), wait: this.#wait };
    return await this.#staff.change(work, () => {
      this.#post = post;
    });
  }

  /** In the order in which it is asked. */
  #answer(worker: number, ask: CountAsk | KeyAsk): readonly (CountAnswer | KeyAnswer)[] {
    switch (ask.do) {
      case 'claim':
      case 'keep':
      case 'release':
        return this.#keys.answer(worker, ask);
      default:
        return this.#counter?.count(worker, [ask]) ?? [];
    }
  }

  #createPost(config: Config, values: unknown, counts: SharedCounter): Post {
    const post: Post = createPost({
      number: ++this.#posts,
      config,
      values,
      telemetry: this.#telemetry,
      memory: this.#memory,
      counts,
      onSupergraph: async (given, commit) => {
        // The first one is told with the configuration; another one comes when that is at work.
        if (this.#post !== post && post.supergraph() === undefined) return commit();
        await this.#changing;
        if (this.#post !== post) return commit();
        await this.#staff.changeSupergraph({ kind: 'supergraph', post: post.number, ...given }, commit);
      },
      onRecords: (of, records) => this.#staff.broadcast({ kind: 'records', post: post.number, of, records }),
    });
    return post;
  }

  async #findPort({ listen: { host, port } }: Config): Promise<void> {
    if (port === 0) this.#freePort ??= await findFreePort(host);
  }

  #portOf({ listen: { port } }: Config): number {
    return port === 0 ? (this.#freePort ?? 0) : port;
  }

  #notReady(): string | undefined {
    if (this.#draining) return 'draining';
    if (this.#post?.supergraph() === undefined) return 'no supergraph yet';
    return this.#staff.serving > 0 ? undefined : 'no worker yet';
  }

  #openAdmin(config: Config): Promise<Listener | undefined> {
    const { log, metricsText } = this.#telemetry;
    const subject = {
      audit: this.#telemetry.audit,
      metricsText: (format: MetricsFormat) => this.#staff.metricsText(format, metricsText),
      notReady: () => this.#notReady(),
      jwks: () => this.#post?.jwks(),
      records: () => this.#post?.records,
      readUsage: (cursor: string, client: string | undefined) => this.#post?.readUsage(cursor, client),
      supergraph: () => this.#post?.supergraph(),
      cacheReports: () => this.#staff.cacheReports(),
      purge: (tags: readonly string[]) => this.#staff.purge(tags),
      canaries: () => this.#post?.conductor,
      families: (names: readonly string[]) => this.#staff.survey.families(names),
      refusals: () => this.#staff.survey.refusals(),
      lookAt: (hash: string) => this.#staff.survey.lookAt(hash),
      profile: (of: ProfileKind, seconds: number) => this.#staff.survey.profile(of, seconds),
      lookout: this.#lookout,
      timelineOf: async (named: LiveSubject, windowMs: number) =>
        mergeTimelines(await this.#staff.survey.timelines(named, windowMs)),
      readRecentUsage: async () => mergeMetered(await this.#staff.survey.recentUsage(), Date.now()),
      readTraffic: async (windowMs: number) =>
        mergeTraffic(await this.#staff.survey.traffic(windowMs), Date.now(), windowMs),
    };
    return openAdminPort(config, subject, log);
  }
}
