import type { LiveCanary, LiveSubgraph } from '../live.ts';
import { canaryTable } from './canary-table.ts';
import type { Cell } from './cell.ts';
import { h } from './element.ts';
import { Figures, head } from './parts.ts';
import { showAge, showMs, showNumber, showShare } from './show.ts';
import { Table } from './table.ts';
import type { CreateView } from './view.ts';

interface EndpointRow {
  readonly subgraph: string;
  readonly endpoint: LiveSubgraph['endpoints'][number];
  readonly breaker: LiveSubgraph['breakers'][number]['state'] | undefined;
}

/** The graph and how it stands with what it asks: subgraphs, endpoints, breakers, canaries. */
export const graphView: CreateView = (feed) => {
  const figures = new Figures(['Ready', 'Subgraphs', 'Supergraph for', 'Trial', 'Processes', 'Heap']);
  const subgraphs = createSubgraphTable((name) => feed.live.traffic?.subgraphs.find((one) => one.name === name)?.p99Ms);
  const endpoints = createEndpointTable();
  const canaries = canaryTable(feed);
  const refused = h(
    'p',
    { class: 'told bad', hidden: true },
    'The newest supergraph cannot be used; an older one is served. The log says why.',
  );
  const element = h(
    'div',
    {},
    head('Graph'),
    refused,
    figures.element,
    h('h2', {}, 'Subgraphs'),
    subgraphs.element,
    h('h2', {}, 'Endpoints'),
    endpoints.element,
    h('h2', {}, 'Canaries of subgraphs'),
    canaries.element,
  );
  return {
    title: 'Graph',
    element,
    update({ state }) {
      if (state === undefined) return;
      const { graph, processes, heapBytes = 0, notReady } = state;
      refused.hidden = !graph.isRefused;
      figures.set('Ready', notReady ?? 'yes', notReady !== undefined);
      figures.set('Subgraphs', showNumber(state.subgraphs.length));
      figures.set('Supergraph for', graph.ageMs === undefined ? '–' : showAge(graph.ageMs));
      figures.set('Trial', graph.trialPercent === 0 ? 'none' : `${graph.trialPercent}% of clients`);
      figures.set('Processes', showNumber(processes));
      figures.set('Heap', `${Math.round(heapBytes / 1024 ** 2)} MB`);
      subgraphs.update(state.subgraphs);
      endpoints.update(state.subgraphs.flatMap(toEndpointRows));
      canaries.update(state.canaries satisfies readonly LiveCanary[]);
    },
  };
};

function toEndpointRows({ name, endpoints, breakers }: LiveSubgraph): readonly EndpointRow[] {
  return endpoints.map((endpoint) => {
    const breaker = breakers.find((one) => one.endpoint === endpoint.endpoint)?.state;
    return { subgraph: name, endpoint, breaker };
  });
}

function createSubgraphTable(p99Of: (name: string) => number | undefined): Table<LiveSubgraph> {
  return new Table<LiveSubgraph>({
    caption: 'Subgraphs that are asked, each as a whole',
    empty: 'No subgraph was asked by this gateway yet, or metrics are off.',
    keyOf: ({ name }) => name,
    columns: [
      { title: 'Subgraph', cell: ({ name }) => name },
      { title: 'Circuit', cell: ({ breakers }) => toBreaker(breakers.find(({ endpoint }) => endpoint === '')?.state) },
      { title: 'Endpoints', cell: toHealth },
      {
        title: 'In flight',
        isNumber: true,
        cell: ({ inFlight, limit }) => (limit === undefined ? `${inFlight}` : `${inFlight} of ${limit}`),
      },
      { title: 'Waiting', isNumber: true, cell: ({ queued }) => `${queued}` },
      { title: 'p99', isNumber: true, cell: ({ name }) => showMs(p99Of(name)) },
    ],
  });
}

function createEndpointTable(): Table<EndpointRow> {
  return new Table<EndpointRow>({
    caption: 'Calls since the gateway was started',
    empty: 'No endpoints are known.',
    keyOf: ({ subgraph, endpoint }) => `${subgraph} ${endpoint.endpoint}`,
    columns: [
      { title: 'Endpoint', cell: ({ endpoint }) => ({ text: endpoint.endpoint, isCode: true }) },
      { title: 'Subgraph', cell: ({ subgraph }) => subgraph },
      { title: 'State', cell: toState },
      { title: 'In flight', isNumber: true, cell: ({ endpoint }) => `${endpoint.inFlight}` },
      { title: 'Calls', isNumber: true, cell: ({ endpoint: { answered, failed } }) => showNumber(answered + failed) },
      {
        title: 'Failed',
        isNumber: true,
        cell: ({ endpoint: { answered, failed } }) => showShare(failed, answered + failed),
      },
    ],
  });
}

function toState({ endpoint, breaker = 'closed' }: EndpointRow): Cell {
  if (endpoint.isEjected) return { text: 'ejected', tone: 'bad' };
  if (!endpoint.isHealthy) return { text: 'fails its probes', tone: 'bad' };
  return breaker === 'closed' ? { text: 'well', tone: 'good' } : toBreaker(breaker);
}

function toBreaker(state: EndpointRow['breaker']): Cell {
  if (state === undefined) return '–';
  const tones = { closed: 'good', 'half-open': 'warn', open: 'bad' } as const;
  return { text: state, tone: tones[state] };
}

function toHealth({ endpoints }: LiveSubgraph): Cell {
  const well = endpoints.filter(({ isHealthy, isEjected }) => isHealthy && !isEjected).length;
  const text = `${well} of ${endpoints.length} well`;
  if (endpoints.length === 0) return '–';
  return well === endpoints.length ? text : { text, tone: well === 0 ? 'bad' : 'warn' };
}
