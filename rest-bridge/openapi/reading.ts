import type { Findings } from './findings.ts';
import type { Place } from './place.ts';
import type { References } from './references.ts';

/** What every step of an import shares: the document, how its references are followed, and what was found. */
export interface Reading {
  readonly root: Place;
  readonly version: 'swagger-2' | 'openapi-3';
  readonly references: References;
  readonly findings: Findings;
}
