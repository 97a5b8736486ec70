import type { CachePolicy } from './cache-policy.ts';

/** What is known of one answer of a subgraph, or of a part of one that was stored: for whom goes by it. */
export interface CacheFacts {
  readonly subgraph: string;
  /** What its headers, or who stored it, allow: `noLimits` where they say nothing. */
  readonly policy: CachePolicy;
  /** Whether it was said for how long it may be stored, so that nobody else has to. */
  readonly statesMaxAge: boolean;
  /** Whether it was said that it is for everybody. */
  readonly statesPublic: boolean;
  /** How old it was already, in milliseconds. */
  readonly ageMs: number;
  /** Whether it brought a cookie: then it is for one client alone, and nobody waits for it in the place of asking. */
  readonly setsCookie: boolean;
  /** Whether it is an old one that was served because the subgraph failed. */
  readonly degraded: boolean;
  /** The group of endpoints that gave it, where that is on trial, so that it is only for who is sent there; see `EndpointGroups`. */
  readonly trial?: string | undefined;
}

/** What objects are in an answer. */
export interface ShownObjects {
  /** By which it is removed as it shows them. */
  readonly kept: readonly string[];
}

/**
 * Adds the objects that an answer of a subgraph brought to those of others. It reads the answer, so it is to be called before anybody
 * changes that.
 */
export type AddObjects = (others?: ShownObjects) => ShownObjects;

/** Told of the objects of every answer of a subgraph that goes into a client's answer. */
export type OnObjects = (add: AddObjects) => void;

/** Told of every answer of a subgraph that goes into a client's answer. */
export type OnFetched = (facts: CacheFacts) => void;
