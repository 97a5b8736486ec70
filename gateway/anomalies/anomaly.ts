import type { LiveAnomaly } from '../../console/live.ts';

/**
 * What is unusual: `surge` is far more requests than there are at that time of the week, `newcomer` a client that nobody has seen and
 * that asks a lot, `mix` a client that asks for other operations than it does, `errors` far more errors than usual, `scraping` somebody
 * who asks for the same far more often than others do, `credentials` somebody, or many, whose credentials are refused over and over.
 */
type AnomalyKind = 'surge' | 'newcomer' | 'mix' | 'errors' | 'scraping' | 'credentials';

/** Something unusual. */
export interface Anomaly extends Omit<LiveAnomaly, 'atMs' | 'summary'> {
  readonly kind: AnomalyKind;
  /** `all` for all requests together. */
  readonly of: 'operation' | 'client' | 'asker' | 'all';
  /** Of the operation or client, or what tells the asker apart. */
  readonly name: string;
  /** Who to block; `undefined` where nobody can be. */
  readonly block: { readonly what: 'client' | 'subject'; readonly name: string } | undefined;
  /** What was counted in the step, and what is usual; a share of 0 to 1 for `mix`. */
  readonly value: number;
  readonly usual: number;
}
