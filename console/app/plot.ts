import { h, setText } from './element.ts';

/** What its file for browsers exports, which its types do not say. */
interface UPlotModule {
  readonly default: typeof import('uplot');
}

/** One line of a plot. */
interface Line {
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
}

interface PlotOptions {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly show: (value: number) => string;
}

const height = 170;
// A text of its own, as it is not a file that the compiler knows.
const library: string = '/console/uplot.js';

/** Draws lines over time, with what they say as text beside them: that of the latest time, or of the one that is pointed at. */
export class Plot {
  readonly element: HTMLElement;
  readonly #options: PlotOptions;
  readonly #title: HTMLElement;
  readonly #drawn = h('div', { class: 'drawn', 'aria-hidden': 'true' });
  readonly #said: readonly HTMLElement[];
  readonly #scheme = matchMedia('(prefers-color-scheme: dark)');
  readonly #resized = new ResizeObserver(() => this.#fit());
  #latest: [number[], ...(number | null)[][]] = [[]];
  #plot: InstanceType<UPlotModule['default']> | undefined;
  #isClosed = false;

  constructor(options: PlotOptions) {
    const { title, lines } = options;
    this.#options = options;
    this.#said = lines.map(({ hue }) => h('span', { class: `key hue-${hue}` }));
    this.#title = h('strong', {}, title);
    this.element = h('figure', { class: 'plot' }, h('figcaption', {}, this.#title, ...this.#said), this.#drawn);
    this.#scheme.addEventListener('change', this.#repaint);
    void this.#open();
  }

  update({ times, values }: Points): void {
    this.#latest = [[...times], ...values.map((list) => [...list])];
    if (!document.hidden) this.#plot?.setData(this.#latest);
    this.#say();
  }

  close(): void {
    this.#isClosed = true;
    this.#resized.disconnect();
    this.#scheme.removeEventListener('change', this.#repaint);
    this.#plot?.destroy();
  }

  readonly #repaint = () => this.#plot?.redraw();

  #fit(): void {
    const width = this.#drawn.clientWidth;
    if (width > 0) this.#plot?.setSize({ width, height });
  }

  #say(): void {
    const { title, lines, show } = this.#options;
    const [times, ...values] = this.#latest;
    const pointed = this.#plot?.cursor.idx ?? undefined;
    const at = pointed === undefined ? undefined : times[pointed];
    setText(this.#title, at === undefined ? title : `${title} at ${time.format(at * 1_000)}`);
    for (const [index, list] of values.entries()) {
      const value = pointed === undefined ? list.findLast((one) => one !== null) : list[pointed];
      const said = value === undefined || value === null ? '–' : show(value);
      const element = this.#said[index];
      if (element !== undefined) setText(element, `${lines[index]?.title} ${said}`);
    }
  }

  async #open(): Promise<void> {
    const { default: UPlot }: UPlotModule = await import(library);
    if (this.#isClosed) return;
    const axis = {
      stroke: () => color('--quiet'),
      grid: { stroke: () => color('--line'), width: 1 },
      ticks: { show: false },
      font: '11px system-ui',
    };
    this.#plot = new UPlot(
      {
        width: Math.max(200, this.#drawn.clientWidth),
        height,
        padding: [8, 8, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { show: false }, sync: { key: 'time' } },
        hooks: { setCursor: [() => this.#say()] },
        scales: { y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.1 : 1] } },
        axes: [
          { ...axis, size: 28, space: 70, values: (_plot, times) => times.map(showMoment) },
          { ...axis, size: 58, space: 36, values: (_plot, values) => values.map(this.#options.show) },
        ],
        series: [
          {},
          ...this.#options.lines.map(({ title, color: name, isFilled = false }) => ({
            label: title,
            width: 1.5,
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

const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const minute = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });

function showMoment(seconds: number): string {
  return (seconds % 60 === 0 ? minute : time).format(seconds * 1_000);
}
