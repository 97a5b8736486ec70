import { canaryTable } from './canary-table.ts';
import { h } from './element.ts';
import { metricsNotice } from './metrics-notice.ts';
import { Figures, head, windowChoice } from './parts.ts';
import { showAge, showNumber } from './show.ts';
import { EndpointTable, subgraphTable } from './subgraph-tables.ts';
import type { CreateView } from './view.ts';

/** The graph and how it stands with what it asks: subgraphs, endpoints, breakers, canaries. */
export const graphView: CreateView = (feed) => {
  const figures = new Figures(['Ready', 'Subgraphs', 'Supergraph', 'Served for', 'Trial', 'Processes', 'Heap']);
  const notice = metricsNotice('subgraphs, their circuits and endpoints');
  const subgraphs = subgraphTable(() => feed.live.traffic?.windowMs ?? 1);
  const endpoints = new EndpointTable();
  const canaries = canaryTable(feed);
  const refused = h(
    'p',
    { class: 'notice bad', role: 'alert', hidden: true },
    'The newest supergraph cannot be used; an older one is served. The log says why.',
  );
  return {
    title: 'Graph',
    element: h(
      'div',
      {},
      head('Graph', windowChoice(feed)),
      refused,
      notice.element,
      figures.element,
      subgraphs.element,
      endpoints.element,
      canaries.element,
    ),
    update({ state, traffic }) {
      if (state === undefined) return;
      const { graph, processes, heapBytes, notReady, isCounted } = state;
      notice.update(state);
      refused.hidden = !graph.isRefused;
      figures.set('Ready', notReady ?? 'yes', notReady !== undefined);
      figures.set('Subgraphs', isCounted ? showNumber(state.subgraphs.length) : '–');
      figures.set('Supergraph', graph.fingerprint?.slice(0, 8) ?? '–');
      figures.set('Served for', graph.ageMs === undefined ? '–' : showAge(graph.ageMs));
      figures.set('Trial', graph.trialPercent === 0 ? 'none' : `${graph.trialPercent}% of clients`);
      figures.set('Processes', showNumber(processes));
      figures.set('Heap', heapBytes === undefined ? '–' : `${Math.round(heapBytes / 1024 ** 2)} MB`);
      subgraphs.update(
        state.subgraphs.map((subgraph) => {
          return { subgraph, traffic: traffic?.subgraphs.find(({ name }) => name === subgraph.name) };
        }),
      );
      endpoints.update(state.subgraphs);
      canaries.update(state.canaries);
    },
  };
};
