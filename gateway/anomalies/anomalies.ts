import { isDeepStrictEqual } from 'node:util';
import type { LiveAnomalies, LiveAnomaly } from '../../console/live.ts';
import type { AnomaliesConfig } from '../config/anomalies.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Anomaly } from './anomaly.ts';
import { readBaselines, writeBaselines } from './baseline-file.ts';
import { Baselines } from './baselines.ts';
import { describeAnomaly } from './describe-anomaly.ts';
import { Detector } from './detector.ts';
import { type RespondOptions, respond } from './respond.ts';
import { type Step, stepMs } from './step.ts';

export interface AnomaliesOptions extends Pick<RespondOptions, 'raise' | 'records' | 'now'> {
  /** Takes what all processes of the gateway have counted since the last time. */
  readonly takeStep: (atMs: number) => Promise<Step>;
  readonly telemetry: Pick<Telemetry, 'log' | 'audit' | 'anomalyFound' | 'watchForecast'>;
}

/** Every hour, and at the end. */
const saveEverySteps = 12;
/** As many as somebody reads. */
const keptMost = 100;

interface Watch {
  readonly config: AnomaliesConfig;
  readonly detector: Detector;
  steps: number;
}

/** Looks every five minutes whether traffic is as usual, and does what is configured about what is not. */
export class Anomalies {
  readonly #options: AnomaliesOptions;
  #watch: Watch | undefined;
  /** Newest first. */
  #found: readonly LiveAnomaly[] = [];
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: AnomaliesOptions) {
    this.#options = options;
    options.telemetry.watchForecast(() => this.#watch?.detector.forecast(options.now()));
  }

  /** Looks as this configuration says from now on; what was learned stays. */
  async use(config: AnomaliesConfig): Promise<void> {
    const former = this.#watch;
    if (former !== undefined && isDeepStrictEqual(former.config, config)) return;
    clearTimeout(this.#timer);
    this.#watch = undefined;
    if (!config.enabled) {
      if (former !== undefined) await this.#save(former);
      return;
    }
    const baselines = former?.detector.baselines ?? (await this.#read(config));
    this.#watch = { config, detector: new Detector(config, baselines), steps: 0 };
    // What was counted before belongs to no whole step.
    await this.#options.takeStep(this.#options.now());
    this.#schedule();
  }

  /** What was unusual lately, and what load is expected. */
  list(): LiveAnomalies {
    const { config, detector } = this.#watch ?? {};
    return {
      isOn: config !== undefined,
      actions: config?.actions ?? [],
      forecast: detector?.forecast(this.#options.now()),
      found: this.#found,
    };
  }

  /** Looks once at what was counted since the last time. Never rejects. */
  async look(): Promise<void> {
    const watch = this.#watch;
    if (watch === undefined) return;
    const { telemetry, takeStep, now } = this.#options;
    try {
      const step = await takeStep(Math.floor((now() - stepMs / 2) / stepMs) * stepMs);
      for (const anomaly of watch.detector.take(step)) {
        this.#keep(anomaly);
        telemetry.anomalyFound(anomaly.kind);
        await respond(anomaly, { ...this.#options, config: watch.config });
      }
      watch.steps += 1;
      if (watch.steps % saveEverySteps === 0) await this.#save(watch);
    } catch (error) {
      telemetry.log.error('It could not be looked whether traffic is as usual.', { error });
    }
  }

  /** Looks no more, and keeps what was learned. */
  async close(): Promise<void> {
    const watch = this.#watch;
    this.#watch = undefined;
    clearTimeout(this.#timer);
    await this.#looking;
    if (watch !== undefined) await this.#save(watch);
  }

  #keep(anomaly: Anomaly): void {
    const { kind, of, name, value, usual, score } = anomaly;
    const said = { kind, of, name, value, usual, score, summary: describeAnomaly(anomaly) };
    const known = { ...said, atMs: this.#options.now() };
    this.#found = [known, ...this.#found].slice(0, keptMost);
  }

  #schedule(): void {
    const nowMs = this.#options.now();
    this.#timer = setTimeout(
      () => {
        this.#looking = this.look();
        this.#schedule();
      },
      stepMs - (nowMs % stepMs),
    );
    this.#timer.unref();
  }

  async #read({ file }: AnomaliesConfig): Promise<Baselines> {
    const baselines = new Baselines();
    if (file === false) return baselines;
    try {
      baselines.read((await readBaselines(file)) ?? []);
    } catch (error) {
      this.#options.telemetry.log.warn('What was learned of usual traffic cannot be read: it is learned anew.', {
        error,
      });
    }
    return baselines;
  }

  async #save({ config: { file }, detector }: Watch): Promise<void> {
    if (file === false) return;
    try {
      await writeBaselines(file, detector.baselines.toJson());
    } catch (error) {
      this.#options.telemetry.log.warn('What was learned of usual traffic cannot be kept over a restart.', { error });
    }
  }
}
