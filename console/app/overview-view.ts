import type { LiveNamed, LiveOperation, LiveTraffic } from '../live.ts';
import { h } from './element.ts';
import { toLink } from './operation-link.ts';
import { Figures, head, windowChoice } from './parts.ts';
import { showMs, showNumber, showRate, showShare } from './show.ts';
import { Table } from './table.ts';
import { TimelinePlots } from './timeline-plots.ts';
import { longestOf, trafficColumns } from './traffic-columns.ts';
import type { CreateView } from './view.ts';

const titles = ['Requests a second', 'Errors', 'Failures', 'p50', 'p95', 'p99', 'In flight', 'Streams'];
const operationsMost = 8;

/** What happens at the moment. */
export const overviewView: CreateView = (feed) => {
  const figures = new Figures(titles);
  const plots = new TimelinePlots('Requests');
  const windowMs = () => feed.live.traffic?.windowMs ?? 1;
  const subgraphs = new Table<LiveNamed>({
    caption: 'Subgraphs; a fetch that shares the answer of another is not counted',
    empty: 'No subgraph was asked.',
    keyOf: ({ name }) => name,
    columns: [
      { title: 'Subgraph', cell: ({ name }) => ({ text: name, href: `#/graph/${encodeURIComponent(name)}` }) },
      ...trafficColumns('Fetches a second', windowMs, () => longestOf(feed.live.traffic?.subgraphs ?? [])),
    ],
  });
  const operations = new Table<LiveOperation>({
    caption: 'Operations that are asked for most',
    empty: 'No operation was asked for.',
    keyOf: ({ hash }) => hash,
    columns: [
      { title: 'Operation', cell: toLink },
      ...trafficColumns('A second', windowMs, () => longestOf(feed.live.traffic?.operations ?? [])),
    ],
  });
  const codes = new Table<readonly [string, number]>({
    caption: 'Errors by code',
    empty: 'There were no errors.',
    keyOf: ([code]) => code,
    columns: [
      { title: 'Code', cell: ([text]) => ({ text, isCode: true }) },
      {
        title: 'Of all errors',
        isExtra: true,
        cell: ([, count]) => toShareOf(count, feed.live.traffic),
      },
      { title: 'Errors', isNumber: true, cell: ([, count]) => showNumber(count) },
    ],
  });
  const element = h(
    'div',
    {},
    head('Traffic', windowChoice(feed)),
    figures.element,
    plots.element,
    h('div', { class: 'columns' }, operations.element, h('div', {}, subgraphs.element, codes.element)),
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
      plots.update(traffic.timeline);
      subgraphs.update(traffic.subgraphs);
      operations.update(traffic.operations.slice(0, operationsMost));
      codes.update(Object.entries(traffic.total.codes).sort(([, one], [, other]) => other - one));
    },
    close: () => plots.close(),
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

function toShareOf(count: number, traffic: LiveTraffic | undefined) {
  const all = Object.values(traffic?.total.codes ?? {}).reduce((sum, one) => sum + one, 0);
  return { text: showShare(count, all), share: count / Math.max(1, all) };
}
