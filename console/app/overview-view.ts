import type { LiveNamed, LivePoint, LiveTraffic } from '../live.ts';
import { h } from './element.ts';
import { Figures, head, windowChoice } from './parts.ts';
import { Plot, type Points } from './plot.ts';
import { showMs, showNumber, showRate, showShare } from './show.ts';
import { Table } from './table.ts';
import type { CreateView } from './view.ts';

/** What happens at the moment. */
export const overviewView: CreateView = (feed) => {
  const figures = new Figures(['Requests a second', 'Errors', 'Failures', 'p50', 'p95', 'p99', 'In flight', 'Streams']);
  const rates = new Plot(
    'Requests a second',
    [
      { title: 'requests', color: '--accent', hue: 'requests', isFilled: true },
      { title: 'with errors', color: '--bad', hue: 'errors' },
    ],
    showNumber,
  );
  const durations = new Plot(
    'Time to the answer',
    [
      { title: 'p50', color: '--accent', hue: 'usual' },
      { title: 'p99', color: '--warn', hue: 'slow' },
    ],
    showMs,
  );
  const subgraphs = createSubgraphTable(() => feed.live.traffic?.windowMs ?? 1);
  const codes = new Table<readonly [string, number]>({
    caption: 'Errors by code',
    empty: 'There were no errors.',
    keyOf: ([code]) => code,
    columns: [
      { title: 'Code', cell: ([text]) => ({ text, isCode: true }) },
      { title: 'Errors', isNumber: true, cell: ([, count]) => showNumber(count) },
    ],
  });
  const element = h(
    'div',
    {},
    head('Traffic', windowChoice(feed)),
    figures.element,
    h('div', { class: 'plots' }, rates.element, durations.element),
    h('h2', {}, 'Subgraphs'),
    subgraphs.element,
    h('h2', {}, 'Errors'),
    codes.element,
  );
  return {
    title: 'Traffic',
    element,
    update({ traffic, state }) {
      if (state !== undefined) {
        figures.set('In flight', showNumber(state.load.inFlight));
        figures.set('Streams', showNumber(state.load.streams));
      }
      if (traffic === undefined) return;
      showTotal(figures, traffic);
      rates.update(toRates(traffic));
      durations.update(toDurations(traffic.timeline));
      subgraphs.update(traffic.subgraphs);
      codes.update(Object.entries(traffic.total.codes).sort(([, one], [, other]) => other - one));
    },
    close() {
      rates.close();
      durations.close();
    },
  };
};

function showTotal(figures: Figures, { total, windowMs }: LiveTraffic): void {
  figures.set('Requests a second', showRate(total.requests, windowMs));
  figures.set('Errors', showShare(total.errors, total.requests));
  figures.set('Failures', showShare(total.failures, total.requests), total.failures > 0);
  figures.set('p50', showMs(total.p50Ms));
  figures.set('p95', showMs(total.p95Ms));
  figures.set('p99', showMs(total.p99Ms));
}

function toRates({ timeline }: LiveTraffic): Points {
  const slotMs = (timeline[1]?.atMs ?? 1_000) - (timeline[0]?.atMs ?? 0);
  const last = timeline.at(-1);
  return {
    times: timeline.map(({ atMs }) => atMs / 1_000),
    values: [
      timeline.map(({ requests }) => requests / (slotMs / 1_000)),
      timeline.map(({ errors }) => errors / (slotMs / 1_000)),
    ],
    said: [`${showRate(last?.requests ?? 0, slotMs)} requests`, `${showRate(last?.errors ?? 0, slotMs)} with errors`],
  };
}

function toDurations(timeline: readonly LivePoint[]): Points {
  const last = timeline.findLast(({ requests }) => requests > 0);
  return {
    times: timeline.map(({ atMs }) => atMs / 1_000),
    values: [timeline.map(({ p50Ms }) => p50Ms ?? null), timeline.map(({ p99Ms }) => p99Ms ?? null)],
    said: [`p50 ${showMs(last?.p50Ms)}`, `p99 ${showMs(last?.p99Ms)}`],
  };
}

function createSubgraphTable(windowMs: () => number): Table<LiveNamed> {
  return new Table<LiveNamed>({
    caption: 'Fetches from subgraphs; those that shared the answer of another are not counted',
    empty: 'No subgraph was asked.',
    keyOf: ({ name }) => name,
    columns: [
      { title: 'Subgraph', cell: ({ name }) => ({ text: name, href: '#/graph' }) },
      { title: 'Fetches a second', isNumber: true, cell: ({ requests }) => showRate(requests, windowMs()) },
      { title: 'Errors', isNumber: true, cell: ({ errors, requests }) => toErrors(errors, requests) },
      { title: 'p50', isNumber: true, cell: ({ p50Ms }) => showMs(p50Ms) },
      { title: 'p95', isNumber: true, cell: ({ p95Ms }) => showMs(p95Ms) },
      { title: 'p99', isNumber: true, cell: ({ p99Ms }) => showMs(p99Ms) },
    ],
  });
}

/** A share of errors, marked where there are any. */
export function toErrors(errors: number, requests: number) {
  const text = showShare(errors, requests);
  return errors === 0 ? text : { text, tone: 'bad' as const };
}
