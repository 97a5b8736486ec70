import type { HeadersConfig } from '../config/headers.ts';
import { identityDigestOf } from '../identity/identity-digest.ts';
import type { Operation } from '../operation/operation.ts';
import type { OperationRun } from '../run-operation.ts';
import { connectionNames } from '../transport/header-names.ts';
import { noTrialsOf, type TrialsOf } from '../transport/trials-of.ts';

/**
 * Gives two runs the same key when no subgraph could tell them apart and the same person asks; `undefined` for a run that shall have
 * none.
 */
export type RunKey = (run: OperationRun) => string | undefined;

/** Longer ones are hardly ever sent twice at a time, and take more to compare than they save. */
const keyMaxLength = 65_536;

/** What of a gateway decides what a run depends on. */
export interface RunKeyOptions {
  readonly headers: Pick<HeadersConfig, 'toSubgraphs'>;
  /** Names of headers that endpoints, or faults, are chosen by. Default: none. */
  readonly routingHeaders?: readonly string[];
  /** Tells requests apart for which other labels of `@override` are on. Default: there are none. */
  readonly labelsKeyOf?: ((run: Pick<OperationRun, 'stickyKey' | 'labels'>) => string) | undefined;
  /** Default: no endpoints are on trial. */
  readonly trialsOf?: TrialsOf | undefined;
}

/** Keys for a gateway. Equal keys hold equal values for all that a run can see. */
export function createRunKey(options: RunKeyOptions): RunKey {
  const { headers: rules, routingHeaders = [], labelsKeyOf = () => '', trialsOf = noTrialsOf } = options;
  const { toSubgraphs } = rules;
  const passedOn = toSubgraphs.flatMap(({ propagate = [], rename = {} }) => [...propagate, ...Object.keys(rename)]);
  // Who sends other credentials may be somebody else, also where nothing here reads them.
  const names = new Set(['authorization', ...routingHeaders, ...passedOn]);
  const operationIds = createOperationIds();
  return (run) => {
    const { operation, variables, identity, labels = [], client, onFetchRun } = run;
    const { headers } = client;
    // Who wants to know how their fetches went has fetches of their own.
    if (onFetchRun !== undefined) return undefined;
    // Rules pass on nothing that this header names, so what they do depends on more than the values.
    if (connectionNames(headers.get('connection')).length > 0) return undefined;
    let key = `${operationIds(operation)} ${identityDigestOf(identity)} ${labels.length}`;
    for (const label of labels) key += toPart(label);
    key += toPart(labelsKeyOf(run));
    for (const [subgraph, group] of trialsOf(run)) key += toPart(subgraph) + toPart(group);
    key += ';';
    for (const name of names) key += toPart(headers.get(name));
    if (Object.keys(variables).length > 0) key += JSON.stringify(variables);
    return key.length > keyMaxLength ? undefined : key;
  };
}

/** A text that says itself where it ends, so that what comes after it is not taken for a part of it. */
function toPart(text: string | undefined): string {
  return text === undefined ? ' -' : ` ${text.length}:${text}`;
}

/** Numbers for operations, as no text of one tells what policies have left out of it. */
function createOperationIds(): (operation: Operation) => number {
  const ids = new WeakMap<Operation, number>();
  let last = 0;
  return (operation) => {
    let id = ids.get(operation);
    if (id === undefined) {
      last += 1;
      id = last;
      ids.set(operation, id);
    }
    return id;
  };
}
