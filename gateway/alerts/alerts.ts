import { isDeepStrictEqual } from 'node:util';
import type { LiveAlertRule } from '../../console/live.ts';
import type { AlertsConfig } from '../config/alerts.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ProcessFamilies } from '../telemetry/metrics/metric-family.ts';
import type { Alert, AlertEvent } from './alert.ts';
import type { AlertRule } from './alert-rule.ts';
import { AlertStates, type Finding } from './alert-states.ts';
import { compileRules } from './compile-rules.ts';
import { metricsOf } from './condition.ts';
import type { Notifier } from './notify/notifier.ts';
import { Sampler } from './samples.ts';
import { createWatch, type Watch } from './watch.ts';

export interface AlertsOptions {
  /** Reads metrics of all processes of the gateway, by name. */
  readonly read: (names: readonly string[]) => Promise<readonly ProcessFamilies[]>;
  /** `service` is what the gateway is called. */
  readonly notifierOf: (config: AlertsConfig, service: string) => Notifier;
  readonly log: Logger;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
}

/** What is found by other means than a rule of the configuration. */
export interface RaisedAlert extends Pick<Finding, 'name' | 'severity' | 'summary' | 'labels' | 'value'> {
  /** How long after it was raised last it is over. */
  readonly lastsMs: number;
}

interface Watched {
  readonly rule: AlertRule;
  readonly look: Watch;
}

/** What is looked at for one configuration. */
interface Round {
  readonly config: AlertsConfig;
  readonly watched: readonly Watched[];
  readonly metrics: readonly string[];
  readonly sampler: Sampler;
  readonly notifier: Notifier;
}

const measuresOf = {
  ratio: 'share',
  quantile: 'seconds',
  increase: 'count',
  burn: 'speed',
  gauge: 'metric',
  low: 'metric',
} as const satisfies Record<AlertRule['condition']['kind'], LiveAlertRule['measures']>;

/** How many may be raised by other means at a time. */
const raisedMost = 200;

/** Looks every so often whether something is as operators should know, and tells them. What fires goes on when the configuration changes. */
export class Alerts {
  readonly #options: AlertsOptions;
  readonly #states = new AlertStates();
  /** By key; until when each lasts, in milliseconds since the epoch. */
  readonly #raised = new Map<string, { readonly finding: Finding; readonly untilMs: number }>();
  #round: Round | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(options: AlertsOptions) {
    this.#options = options;
  }

  /** Looks at what this configuration says from now on. */
  use(config: AlertsConfig, service: string): void {
    const former = this.#round;
    if (former !== undefined && isDeepStrictEqual(former.config, config)) return;
    clearInterval(this.#timer);
    void former?.notifier.close();
    const watched = compileRules(config).map((rule) => ({ rule, look: createWatch(rule.condition, config.every) }));
    this.#round = {
      config,
      watched,
      metrics: [...new Set(watched.flatMap(({ rule }) => metricsOf(rule.condition)))],
      sampler: new Sampler(),
      notifier: this.#options.notifierOf(config, service),
    };
    this.#timer = setInterval(() => {
      this.#looking ??= this.look().finally(() => {
        this.#looking = undefined;
      });
    }, config.every);
    this.#timer.unref();
  }

  /** Those that fire, and those that soon may. */
  list(): readonly Alert[] {
    return this.#states.list();
  }

  /** What is looked at. */
  rules(): readonly LiveAlertRule[] {
    return (this.#round?.watched ?? []).map(({ rule }) => {
      const { name, severity, summary, runbook, forMs, condition } = rule;
      return { name, severity, summary, runbook, forMs, measures: measuresOf[condition.kind] };
    });
  }

  /** Takes an alert that is found by other means; it is told of at the next look. */
  raise({ lastsMs, ...said }: RaisedAlert): void {
    const key = keyOf(said.name, said.labels);
    if (!this.#raised.has(key) && this.#raised.size >= raisedMost) return;
    const finding = { ...said, key, runbook: undefined, forMs: 0, keepFiringForMs: 0 };
    this.#raised.set(key, { finding, untilMs: this.#options.now() + lastsMs });
  }

  /** Looks once. Never rejects. */
  async look(): Promise<void> {
    const round = this.#round;
    if (round === undefined) return;
    const { read, log, now } = this.#options;
    try {
      const samples = round.sampler.take(round.metrics.length === 0 ? [] : await read(round.metrics));
      if (round !== this.#round) return;
      const nowMs = now();
      const found = round.watched.flatMap(({ rule, look }) =>
        look(samples, nowMs).map(({ labels, value }) => toFinding(rule, { ...rule.labels, ...labels }, value)),
      );
      for (const event of this.#states.take([...found, ...this.#takeRaised(nowMs)], nowMs)) this.#tell(event, round);
    } catch (error) {
      log.error('Alerts could not be looked at.', { error });
    }
  }

  /** Looks no more; gives up on who cannot be told soon. */
  async close(): Promise<void> {
    const round = this.#round;
    this.#round = undefined;
    clearInterval(this.#timer);
    await this.#looking;
    await round?.notifier.close();
  }

  #takeRaised(nowMs: number): readonly Finding[] {
    for (const [key, { untilMs }] of this.#raised) if (untilMs <= nowMs) this.#raised.delete(key);
    return Array.from(this.#raised.values(), ({ finding }) => finding);
  }

  #tell(event: AlertEvent, { notifier }: Round): void {
    const { name: alert, severity, summary, labels, value } = event.alert;
    const say = event.kind === 'fired' ? this.#options.log.warn : this.#options.log.info;
    say(event.kind === 'fired' ? 'An alert fires.' : 'An alert is over.', { alert, severity, summary, labels, value });
    notifier.tell(event);
  }
}

function toFinding(rule: AlertRule, labels: Readonly<Record<string, string>>, value: number): Finding {
  const { name, severity, summary, runbook, forMs, keepFiringForMs } = rule;
  return { key: keyOf(name, labels), name, severity, summary, runbook, labels, value, forMs, keepFiringForMs };
}

function keyOf(name: string, labels: Readonly<Record<string, string>>): string {
  return JSON.stringify([
    name,
    ...Object.entries(labels)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .flat(),
  ]);
}
