import type { ServiceDefinition } from '@theguild/federation-composition';
import type { Subgraph } from '../subgraph/subgraph.ts';
import type { Problem } from '../supergraph/problem.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { SupergraphError } from '../supergraph/supergraph-error.ts';
import { writeSupergraph } from '../supergraph/write.ts';
import { checkUrls } from './check-urls.ts';
import { toFault } from './composition-problem.ts';
import { checkGraphNames } from './graph-names.ts';
import { checkSubgraph, mergeSubgraphs } from './merge.ts';
import { prepare as prepareSubgraph } from './prepare.ts';
import type { Prepared } from './prepared.ts';
import { putCacheHints } from './put-cache-hints.ts';
import { putSunsets } from './put-sunsets.ts';
import { checkSatisfiability } from './satisfiability/check-satisfiability.ts';
import { filterByTags, hideUnreachable, type TagFilter } from './tag-filter.ts';

/** One supergraph, or every problem that could be found. */
export type Composition =
  | { readonly kind: 'composed'; readonly supergraph: Supergraph }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[] };

/** What is known to who composes again and again. */
export interface ComposeMemory {
  /** Makes federation SDL of a subgraph, or has done so before. */
  readonly prepare: (subgraph: Subgraph) => Prepared;
  /** The day, such as `2026-11-22`, since when something with `@sunset` is deprecated, by its coordinate. */
  readonly sinceOf: (coordinate: string) => string | undefined;
}

/**
 * Makes one supergraph of subgraphs of all kinds, of what `filter` shows. Pure, and the same whatever their order; never throws.
 */
export function compose(
  subgraphs: readonly Subgraph[],
  filter?: TagFilter,
  memory: Partial<ComposeMemory> = {},
): Composition {
  try {
    return composeOrdered(
      subgraphs.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name))),
      filter,
      { prepare: prepareSubgraph, sinceOf: () => undefined, ...memory },
    );
  } catch (error) {
    return failed(error instanceof SupergraphError ? error.problems : [toFault(error, undefined)]);
  }
}

function composeOrdered(
  subgraphs: readonly Subgraph[],
  filter: TagFilter | undefined,
  { prepare, sinceOf }: ComposeMemory,
): Composition {
  if (subgraphs.length === 0) return failed([noSubgraphs]);
  const prepared = subgraphs.map((subgraph) => prepare(subgraph));
  const ready = prepared.flatMap((one) => (one.kind === 'ready' ? [one] : []));
  const whole: readonly ServiceDefinition[] = ready.map(({ document, subgraph: { name, url } }) => ({
    name,
    url,
    typeDefs: document,
  }));
  const flaws = [
    ...checkGraphNames(subgraphs),
    ...checkUrls(subgraphs),
    ...prepared.flatMap((one) => (one.kind === 'failed' ? one.problems : [])),
  ];
  if (flaws.length > 0) return failed([...flaws, ...whole.flatMap(checkSubgraph)]);

  const services = filter === undefined ? whole : filterByTags(whole, filter);
  const merged = mergeSubgraphs(services, 'all but satisfiability');
  if (merged.kind === 'failed') {
    // Merging stops at the first kind of problem: what each subgraph has by itself would come out one fix at a time.
    const own = services.flatMap(checkSubgraph);
    return failed(own.length > 0 ? own : merged.problems);
  }
  const unanswerable = checkSatisfiability(merged.document, services);
  if (unanswerable.length > 0) return failed(unanswerable);
  const shown = filter?.hideUnreachable === true ? hideUnreachable(merged.document) : merged.document;
  const dated = putSunsets(
    shown,
    ready.map(({ sunsets }) => sunsets),
    sinceOf,
  );
  const hinted = putCacheHints(
    dated,
    ready.map(({ hints }) => hints),
  );
  const supergraph = writeSupergraph(
    hinted,
    ready.map(({ subgraph }) => subgraph),
  );
  return { kind: 'composed', supergraph };
}

const noSubgraphs: Problem = {
  code: 'NO_SUBGRAPHS',
  message: 'There is nothing to compose; add a subgraph.',
  subgraph: undefined,
  coordinate: undefined,
};

function failed(problems: readonly Problem[]): Composition {
  return { kind: 'failed', problems };
}
