import { h, setText } from './element.ts';

/** What its file for browsers exports, which its types do not say. */
interface UPlotModule {
  readonly default: typeof import('uplot');
}

/** One line of a plot. */
export interface Line {
  readonly title: string;
  /** A custom property of the style sheet. */
  readonly color: string;
  readonly hue: string;
  readonly isFilled?: boolean;
}

export interface Points {
  /** In seconds since the epoch. */
  readonly times: readonly number[];
  /** One list a line; `null` where there is nothing. */
  readonly values: readonly (readonly (number | null)[])[];
  /** What the lines say at the moment, as text. */
  readonly said: readonly string[];
}

const height = 180;
// A text of its own, as it is not a file that the compiler knows.
const library: string = '/console/uplot.js';

/** Draws lines over time, with what they say as text beside them. */
export class Plot {
  readonly element: HTMLElement;
  readonly #lines: readonly Line[];
  readonly #show: (value: number) => string;
  readonly #drawn = h('div', { class: 'drawn', 'aria-hidden': 'true' });
  readonly #said: readonly HTMLElement[];
  readonly #scheme = matchMedia('(prefers-color-scheme: dark)');
  readonly #resized = new ResizeObserver(() => this.#fit());
  #plot: InstanceType<UPlotModule['default']> | undefined;
  #isClosed = false;

  constructor(title: string, lines: readonly Line[], show: (value: number) => string) {
    this.#lines = lines;
    this.#show = show;
    this.#said = lines.map(({ hue }) => h('span', { class: `key hue-${hue}` }));
    this.element = h(
      'figure',
      { class: 'plot' },
      h('figcaption', {}, h('strong', {}, title), ...this.#said),
      this.#drawn,
    );
    this.#scheme.addEventListener('change', this.#repaint);
    void this.#open();
  }

  update({ times, values, said }: Points): void {
    for (const [index, element] of this.#said.entries()) setText(element, said[index] ?? '');
    this.#latest = [[...times], ...values.map((list) => [...list])];
    if (!document.hidden) this.#plot?.setData(this.#latest);
  }

  close(): void {
    this.#isClosed = true;
    this.#resized.disconnect();
    this.#scheme.removeEventListener('change', this.#repaint);
    this.#plot?.destroy();
  }

  #latest: [number[], ...(number | null)[][]] = [[]];

  readonly #repaint = () => this.#plot?.redraw();

  #fit(): void {
    const width = this.#drawn.clientWidth;
    if (width > 0) this.#plot?.setSize({ width, height });
  }

  async #open(): Promise<void> {
    const { default: UPlot }: UPlotModule = await import(library);
    if (this.#isClosed) return;
    const axis = {
      stroke: () => color('--quiet'),
      grid: { stroke: () => color('--line'), width: 1 },
      ticks: { show: false },
    };
    this.#plot = new UPlot(
      {
        width: Math.max(200, this.#drawn.clientWidth),
        height,
        padding: [8, 8, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        scales: { y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.1 : 1] } },
        axes: [
          { ...axis, size: 28, space: 70, values: (_plot, times) => times.map(showMinute), font: '11px system-ui' },
          { ...axis, size: 62, values: (_plot, values) => values.map(this.#show), font: '11px system-ui' },
        ],
        series: [
          {},
          ...this.#lines.map(({ title, color: name, isFilled = false }) => ({
            label: title,
            width: 1.6,
            points: { show: false },
            stroke: () => color(name),
            ...(isFilled && { fill: () => `color-mix(in srgb, ${color(name)} 14%, transparent)` }),
          })),
        ],
      },
      this.#latest,
      this.#drawn,
    );
    this.#resized.observe(this.#drawn);
  }
}

function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

function showMinute(seconds: number): string {
  return minute.format(seconds * 1_000);
}
