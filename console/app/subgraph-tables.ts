import type { LiveEndpoint, LiveNamed, LiveSubgraph } from '../live.ts';
import type { Cell } from './cell.ts';
import { showMs, showNumber, showRate, showShare } from './show.ts';
import { Table } from './table.ts';
import { toErrors } from './traffic-columns.ts';

type BreakerState = LiveSubgraph['breakers'][number]['state'];

/** A subgraph as it stands, and what was asked of it lately. */
export interface SubgraphRow {
  readonly subgraph: LiveSubgraph;
  readonly traffic: LiveNamed | undefined;
}

interface EndpointRow {
  readonly subgraph: string;
  readonly endpoint: LiveEndpoint;
  readonly breaker: BreakerState | undefined;
}

/** Subgraphs, each as a whole; `windowMs` is that of the traffic. */
export function subgraphTable(windowMs: () => number): Table<SubgraphRow> {
  return new Table<SubgraphRow>({
    caption: 'Subgraphs that are asked, each as a whole',
    empty: 'No subgraph was asked by this gateway yet.',
    keyOf: ({ subgraph }) => subgraph.name,
    columns: [
      {
        title: 'Subgraph',
        cell: ({ subgraph: { name } }) => ({ text: name, href: `#/graph/${encodeURIComponent(name)}` }),
      },
      { title: 'Circuit', isShort: true, cell: ({ subgraph }) => toCircuit(circuitOf(subgraph)) },
      { title: 'Endpoints', isShort: true, cell: ({ subgraph }) => toHealth(subgraph) },
      { title: 'In flight', isNumber: true, isExtra: true, cell: ({ subgraph }) => toInFlight(subgraph) },
      { title: 'Waiting', isNumber: true, isExtra: true, cell: ({ subgraph }) => `${subgraph.queued}` },
      {
        title: 'Fetches a second',
        isNumber: true,
        isExtra: true,
        cell: ({ traffic }) => showRate(traffic?.requests ?? 0, windowMs()),
      },
      { title: 'Errors', isNumber: true, cell: ({ traffic }) => (traffic === undefined ? '–' : toErrors(traffic)) },
      { title: 'p99', isNumber: true, cell: ({ traffic }) => showMs(traffic?.p99Ms) },
    ],
  });
}

/** The endpoints of subgraphs. */
export class EndpointTable {
  readonly #table = new Table<EndpointRow>({
    caption: 'Endpoints, and their calls since the gateway was started',
    empty: 'No endpoints are known.',
    keyOf: ({ subgraph, endpoint }) => `${subgraph} ${endpoint.endpoint}`,
    columns: [
      { title: 'Endpoint', cell: ({ endpoint }) => ({ text: endpoint.endpoint, isCode: true }) },
      { title: 'Subgraph', isExtra: true, cell: ({ subgraph }) => subgraph },
      { title: 'State', isShort: true, cell: toState },
      { title: 'In flight', isNumber: true, isExtra: true, cell: ({ endpoint }) => `${endpoint.inFlight}` },
      { title: 'Calls', isNumber: true, cell: ({ endpoint }) => showNumber(callsOf(endpoint)) },
      { title: 'Failed', isNumber: true, cell: ({ endpoint }) => toFailed(endpoint) },
    ],
  });
  readonly element = this.#table.element;

  update(subgraphs: readonly LiveSubgraph[]): void {
    this.#table.update(subgraphs.flatMap(toEndpointRows));
  }
}

/** How the breaker of a subgraph as a whole, or else the worst of its endpoints, stands. */
export function circuitOf({ breakers }: LiveSubgraph): BreakerState | undefined {
  const own = breakers.find(({ endpoint }) => endpoint === '')?.state;
  const worst = (['open', 'half-open', 'closed'] as const).find((state) => breakers.some((one) => one.state === state));
  return own === undefined || own === 'closed' ? worst : own;
}

export function toCircuit(state: BreakerState | undefined): Cell {
  if (state === undefined) return '–';
  const tags = { closed: 'good', 'half-open': 'warn', open: 'bad' } as const;
  return { text: state, tag: tags[state] };
}

/** How many of its endpoints are well. */
export function toHealth({ endpoints }: LiveSubgraph): Cell {
  const well = endpoints.filter(({ isHealthy, isEjected }) => isHealthy && !isEjected).length;
  const text = `${well} of ${endpoints.length} well`;
  if (endpoints.length === 0) return '–';
  return well === endpoints.length ? text : { text, tag: well === 0 ? 'bad' : 'warn' };
}

export function toInFlight({ inFlight, limit }: LiveSubgraph): string {
  return limit === undefined ? `${inFlight}` : `${inFlight} of ${limit}`;
}

function toEndpointRows({ name, endpoints, breakers }: LiveSubgraph): readonly EndpointRow[] {
  return endpoints.map((endpoint) => {
    // One endpoint alone has no breaker but that of its subgraph.
    const own = endpoints.length === 1 ? '' : endpoint.endpoint;
    const breaker = breakers.find((one) => one.endpoint === own)?.state;
    return { subgraph: name, endpoint, breaker };
  });
}

function toState({ endpoint, breaker = 'closed' }: EndpointRow): Cell {
  if (endpoint.isEjected) return { text: 'ejected', tag: 'bad' };
  if (!endpoint.isHealthy) return { text: 'fails its probes', tag: 'bad' };
  if (breaker !== 'closed') return { text: `circuit ${breaker}`, tag: breaker === 'open' ? 'bad' : 'warn' };
  return { text: 'well', tag: 'good' };
}

function callsOf({ answered, failed }: LiveEndpoint): number {
  return answered + failed;
}

function toFailed(endpoint: LiveEndpoint): Cell {
  const text = showShare(endpoint.failed, callsOf(endpoint));
  return endpoint.failed === 0 ? text : { text, tone: 'bad' };
}
