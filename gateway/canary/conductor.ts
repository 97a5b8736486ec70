import { randomUUID } from 'node:crypto';
import type { CanaryConfig } from '../config/canary.ts';
import { isSameRecord } from '../store/record-json.ts';
import type { RecordStore, StoredRecord } from '../store/record-store.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { type Canary, canaryIdOf, isAbout, parseCanary, shareOf, toCanaryRecord } from './canary.ts';
import { type CanaryCommand, command } from './command.ts';
import type { GroupFigures } from './group-tally.ts';
import { advance, judge, type Outlook } from './judge.ts';
import { Meter } from './meter.ts';
import { parseReport, type Report, sumReports, toReportRecord } from './report.ts';

export interface ConductorOptions {
  readonly canaries: ReadonlyMap<string, CanaryConfig>;
  readonly records: RecordStore;
  readonly telemetry: Pick<Telemetry, 'log' | 'backendCanaryChanged'>;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
  /** Tells this gateway from others. Default: a random one. */
  readonly gateway?: string;
}

/** A canary as operators see it. */
export interface CanaryStatus {
  readonly subgraph: string;
  readonly group: string;
  readonly baseline: string;
  readonly steps: readonly number[];
  /** What it gets of the calls, from 0 to 1; where it was never started, what it gets besides is for the configuration to say. */
  readonly share: number;
  /** `undefined` when it was never started. */
  readonly canary: Canary | undefined;
  /** How it stands; `undefined` when it does not run. */
  readonly outlook: Outlook | undefined;
}

interface Subject {
  readonly subgraph: string;
  readonly config: CanaryConfig;
  readonly meter: Meter;
}

const tellMsMost = 5_000;
const tellMsLeast = 100;
/** A gateway that is silent for so long is taken for gone. */
const forgetMsLeast = 15_000;
/** Others may change what is to be changed, but not without end. */
const attemptsMost = 5;

/**
 * Looks after canaries for one gateway: tells all what it has measured, and as the first of those who do leads canaries on or takes them
 * back. What it decides counts only if nobody decided anything else meanwhile.
 */
export class Conductor {
  readonly #options: ConductorOptions;
  readonly #gateway: string;
  readonly #subjects: ReadonlyMap<string, Subject>;
  readonly #tellMs: number;
  readonly #failing = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: ConductorOptions) {
    const { canaries, gateway = randomUUID().slice(0, 13) } = options;
    this.#options = options;
    this.#gateway = gateway;
    this.#subjects = new Map(
      Array.from(canaries, ([subgraph, config]) => [subgraph, { subgraph, config, meter: new Meter(config.minimum) }]),
    );
    const least = Math.min(...Array.from(canaries.values(), ({ every }) => every));
    this.#tellMs = Math.max(tellMsLeast, Math.min(tellMsMost, least / 5));
  }

  /** Begins to look after them, from time to time. */
  open(): void {
    if (this.#subjects.size > 0) this.#plan();
  }

  /** Takes in what was measured in a process of this gateway. */
  add(measured: readonly GroupFigures[]): void {
    for (const { subgraph, side, ...figures } of measured) {
      this.#subjects.get(subgraph)?.meter.add(side, figures, this.#options.now());
    }
  }

  list(): readonly CanaryStatus[] {
    return Array.from(this.#subjects.values(), (subject) => this.#statusOf(subject));
  }

  /**
   * Does what an operator says, for all gateways.
   * @throws GatewayError `NOT_FOUND`, `BAD_REQUEST`; Error when the store cannot be used
   */
  async command(subgraph: string, told: CanaryCommand): Promise<CanaryStatus> {
    for (let attempt = 1; ; attempt++) {
      const subject = this.#subjects.get(subgraph);
      const former = this.#recordOf(subgraph);
      const status = subject && this.#statusOf(subject);
      const next = command(subgraph, status, told, this.#options.now());
      if (await this.#replace(former, next)) break;
      if (attempt === attemptsMost) throw new Error('Others are changing it at the same time. Try again.');
    }
    const changed = this.#subjects.get(subgraph);
    if (changed === undefined) throw new Error('The configuration has changed meanwhile.');
    return this.#statusOf(changed);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** Looks after each once. */
  async look(): Promise<void> {
    for (const subject of this.#subjects.values()) {
      try {
        await this.#lookAfter(subject);
        this.#failing.delete(subject.subgraph);
      } catch (error) {
        if (this.#failing.has(subject.subgraph)) continue;
        this.#failing.add(subject.subgraph);
        const { subgraph } = subject;
        this.#options.telemetry.log.warn('A canary cannot be looked after; it will be tried again.', {
          subgraph,
          error,
        });
      }
    }
  }

  #plan(): void {
    this.#timer = setTimeout(async () => {
      await this.look();
      if (!this.#isClosed) this.#plan();
    }, this.#tellMs).unref();
  }

  async #lookAfter({ subgraph, config, meter }: Subject): Promise<void> {
    const { records, now } = this.#options;
    const former = this.#recordOf(subgraph);
    const canary = former && parseCanary(former);
    if (former === undefined || canary?.state !== 'running' || !isAbout(canary, config)) {
      meter.begin('', now());
      return;
    }
    const step = stepOf(canary);
    meter.begin(step, now());
    const report: Report = { gateway: this.#gateway, subgraph, step, ...meter.read(now()) };
    const forgetMs = Math.max(forgetMsLeast, 3 * this.#tellMs);
    await records.put(toReportRecord(report, now() + forgetMs));
    const reports = this.#reportsOf(subgraph, step);
    const isFirst = reports.every(({ gateway }) => this.#gateway <= gateway);
    if (!isFirst || this.#isClosed) return;
    const next = advance(canary, judge(sumReports(reports), config), config, now());
    if (next !== canary) await this.#replace(former, next);
  }

  #statusOf({ subgraph, config }: Subject): CanaryStatus {
    const record = this.#recordOf(subgraph);
    const found = record && parseCanary(record);
    const canary = found !== undefined && isAbout(found, config) ? found : undefined;
    const isRunning = canary?.state === 'running';
    const { group, baseline, steps } = config;
    return {
      ...{ subgraph, group, baseline, steps, canary },
      share: canary === undefined ? 0 : shareOf(canary, config),
      outlook: isRunning ? judge(sumReports(this.#reportsOf(subgraph, stepOf(canary))), config) : undefined,
    };
  }

  #recordOf(subgraph: string): StoredRecord | undefined {
    const wanted = canaryIdOf(subgraph);
    return this.#options.records.all('canary').find(({ id }) => id === wanted);
  }

  #reportsOf(subgraph: string, step: string): readonly Report[] {
    return this.#options.records
      .all('canaryReport')
      .flatMap((record) => parseReport(record) ?? [])
      .filter((report) => report.subgraph === subgraph && report.step === step);
  }

  /** Whether it counts; then it is told. */
  async #replace(former: StoredRecord | undefined, next: Canary): Promise<boolean> {
    const record = toCanaryRecord(next);
    if (isSameRecord(former, record)) return true;
    const isReplaced = await this.#options.records.replace(former, record);
    if (isReplaced) this.#tell(former && parseCanary(former), next);
    return isReplaced;
  }

  #tell(former: Canary | undefined, next: Canary): void {
    const { canaries, telemetry } = this.#options;
    const { log, backendCanaryChanged } = telemetry;
    const { subgraph, group, state, reason, endedBy: by } = next;
    const config = canaries.get(subgraph);
    const share = config === undefined ? undefined : shareOf(next, config);
    const facts = { subgraph, group, share, figures: next.figures };
    if (state === 'promoted') {
      backendCanaryChanged(subgraph, 'promoted');
      log.info('A canary of a subgraph was promoted.', { ...facts, by, reason });
    } else if (state === 'rolledBack') {
      backendCanaryChanged(subgraph, 'rolled_back');
      log.warn('A canary of a subgraph was rolled back.', { ...facts, by, reason });
    } else if (former?.run === next.run) {
      backendCanaryChanged(subgraph, 'stepped');
      log.info('A canary of a subgraph goes to more calls.', facts);
    } else {
      backendCanaryChanged(subgraph, 'started');
      log.info('A canary of a subgraph was started.', { ...facts, by: next.startedBy });
    }
  }
}

function stepOf({ run, step }: Canary): string {
  return `${run} ${step}`;
}
