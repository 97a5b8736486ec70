import type { GraphRef } from '../../feed/graph-ref.ts';
import type { Token, Variant } from '../model.ts';
import type { Registry } from '../registry.ts';
import type { Outlines } from './outlines.ts';
import type { Html } from './parts/html.ts';
import type { UseCounts } from './use-counts.ts';

/** What pages are made of. */
export interface PageServices {
  readonly registry: Registry;
  readonly outlines: Outlines;
  readonly useCounts: UseCounts;
}

/** Somebody who is signed in looks at a page. */
export interface Visit extends PageServices {
  readonly token: Token;
  /** A part of the path, by its name; empty where the page has none of this name. */
  readonly param: (name: string) => string;
  /** What the query says, cut where it is longer than anything asked for; empty where it says nothing. */
  readonly query: (name: string) => string;
  /** In milliseconds since the epoch. */
  readonly now: number;
}

/** At a variant that the token may read. */
export interface VariantVisit extends Visit {
  readonly ref: GraphRef;
  readonly variant: Variant;
}

/** The parts of a variant that the navigation names. */
export type Section = 'subgraphs' | 'schema' | 'picture' | 'history' | 'checks' | 'deprecations';

/** What a page shows. */
export interface Page {
  /** Without the variant's name. */
  readonly title: string;
  /** Where it belongs. */
  readonly section?: Section;
  readonly body: Html;
}
