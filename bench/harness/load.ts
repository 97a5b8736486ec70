import { loadWithNode } from './load-with-node.ts';
import { hasWrk, loadWithWrk } from './load-with-wrk.ts';

/** What is sent, and by how many connections; each sends its next request when it has the answer to the last. */
export interface Load {
  readonly url: string;
  readonly body: string;
  /** The value of the header `authorization`; with more than one, what each of them begins with. */
  readonly authorization: string;
  /** Over how many values it cycles; 0 for requests without it. */
  readonly authorizations: number;
  readonly connections: number;
  readonly seconds: number;
}

/** How it went. */
export interface LoadReport {
  /** Answered in full. */
  readonly requests: number;
  /** That were answered, heads included where wrk counts. */
  readonly bytes: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of those, answers with an error status. */
  readonly refused: number;
  /** Connections that broke, and requests that were never answered. */
  readonly broken: number;
  /** Requests that were sent and then given up, not counted above. */
  readonly abandoned: number;
}

/** Puts load on a gateway: with `wrk` where it is installed, else with a client of Node's, which takes more CPU for itself. */
export function applyLoad(load: Load): Promise<LoadReport> {
  return hasWrk() ? loadWithWrk(load) : loadWithNode(load);
}
