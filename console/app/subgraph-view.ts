import { askToBlock } from './blocks.ts';
import { canaryTable } from './canary-table.ts';
import { fillCell } from './cell.ts';
import { h } from './element.ts';
import { debugFor } from './log-levels.ts';
import { metricsNotice } from './metrics-notice.ts';
import { Figures, head, windowChoice } from './parts.ts';
import { showMs, showNumber, showRate, showShare } from './show.ts';
import { circuitOf, EndpointTable, toCircuit, toHealth, toInFlight } from './subgraph-tables.ts';
import { subjectPlots } from './subject-plots.ts';
import { Table } from './table.ts';
import type { CreateView } from './view.ts';

const titles = ['Fetches a second', 'Errors', 'p50', 'p95', 'p99', 'In flight', 'Waiting'];

/** One subgraph: how it does, its circuit, its endpoints and its canary. */
export const subgraphView: CreateView = (feed, name) => {
  const figures = new Figures(titles);
  const plots = subjectPlots(feed, { of: 'subgraph', name });
  const endpoints = new EndpointTable();
  const canaries = canaryTable(feed);
  const notice = metricsNotice('its circuit and its endpoints');
  const state = h('p', { class: 'lead' });
  const codes = new Table<readonly [string, number]>({
    caption: 'Errors of fetches by code',
    empty: 'There were no errors.',
    keyOf: ([code]) => code,
    columns: [
      { title: 'Code', cell: ([text]) => ({ text, isCode: true }) },
      { title: 'Errors', isNumber: true, cell: ([, count]) => showNumber(count) },
    ],
  });
  const actions = h(
    'div',
    { class: 'actions' },
    h('button', { type: 'button', onclick: () => void debugFor('subgraph', name) }, 'Log all for 10 min'),
    h(
      'button',
      { type: 'button', class: 'danger', onclick: () => void askToBlock({ what: 'subgraph', name }) },
      'Block',
    ),
  );
  return {
    title: name,
    element: h(
      'div',
      {},
      h('p', { class: 'kicker' }, h('a', { href: '#/graph' }, 'Graph')),
      head(name, actions, windowChoice(feed)),
      notice.element,
      state,
      figures.element,
      plots.element,
      h('div', { class: 'columns' }, endpoints.element, codes.element),
      canaries.element,
    ),
    update(live) {
      plots.update();
      const traffic = live.traffic?.subgraphs.find((one) => one.name === name);
      const { requests = 0, errors = 0, p50Ms, p95Ms, p99Ms } = traffic ?? {};
      figures.set('Fetches a second', showRate(requests, live.traffic?.windowMs ?? 1));
      figures.set('Errors', showShare(errors, requests), errors > 0);
      figures.set('p50', showMs(p50Ms));
      figures.set('p95', showMs(p95Ms));
      figures.set('p99', showMs(p99Ms));
      codes.update(Object.entries(traffic?.codes ?? {}).sort(([, one], [, other]) => other - one));
      if (live.state === undefined) return;
      notice.update(live.state);
      const subgraph = live.state.subgraphs.find((one) => one.name === name);
      if (subgraph !== undefined) {
        figures.set('In flight', toInFlight(subgraph));
        figures.set('Waiting', showNumber(subgraph.queued));
        showState(state, subgraph);
      }
      endpoints.update(subgraph === undefined ? [] : [subgraph]);
      canaries.update(live.state.canaries.filter((one) => one.subgraph === name));
    },
    close: () => plots.close(),
  };
};

function showState(element: HTMLElement, subgraph: Parameters<typeof circuitOf>[0]): void {
  const text = `${circuitOf(subgraph)} ${JSON.stringify(toHealth(subgraph))}`;
  if (element.dataset['said'] === text) return;
  element.dataset['said'] = text;
  const [circuit, health] = [h('span'), h('span')];
  fillCell(circuit, toCircuit(circuitOf(subgraph)));
  fillCell(health, toHealth(subgraph));
  element.replaceChildren('Circuit ', circuit, ', endpoints ', health);
}
