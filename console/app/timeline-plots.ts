import type { LivePoint } from '../live.ts';
import { h } from './element.ts';
import { Plot } from './plot.ts';
import { showMs, showNumber } from './show.ts';

/** How many requests, or fetches, there were over time, and how long they took. */
export class TimelinePlots {
  readonly element: HTMLElement;
  readonly #rates: Plot;
  readonly #durations: Plot;

  /** @param what is counted, such as `Requests` */
  constructor(what: 'Requests' | 'Fetches') {
    this.#rates = new Plot({
      title: `${what} a second`,
      lines: [
        { title: 'all', color: '--accent', hue: 'requests', isFilled: true },
        { title: 'with errors', color: '--bad', hue: 'errors' },
      ],
      show: showNumber,
    });
    this.#durations = new Plot({
      title: 'Time to the answer',
      lines: [
        { title: 'p50', color: '--accent', hue: 'usual' },
        { title: 'p99', color: '--warn', hue: 'slow' },
      ],
      show: showMs,
    });
    this.element = h('div', { class: 'plots' }, this.#rates.element, this.#durations.element);
  }

  update(timeline: readonly LivePoint[]): void {
    const slotMs = (timeline[1]?.atMs ?? 1_000) - (timeline[0]?.atMs ?? 0);
    const times = timeline.map(({ atMs }) => atMs / 1_000);
    const rateOf = (count: number) => count / (slotMs / 1_000);
    this.#rates.update({
      times,
      values: [timeline.map(({ requests }) => rateOf(requests)), timeline.map(({ errors }) => rateOf(errors))],
    });
    this.#durations.update({
      times,
      values: [timeline.map(({ p50Ms }) => p50Ms ?? null), timeline.map(({ p99Ms }) => p99Ms ?? null)],
    });
  }

  close(): void {
    this.#rates.close();
    this.#durations.close();
  }
}
