import { composeServices, type ServiceDefinition, validateSubgraph } from '@theguild/federation-composition';
import type { DocumentNode } from 'graphql';
import type { Problem } from '../supergraph/problem.ts';
import { toCompositionProblem, toFault } from './composition-problem.ts';

export type Merged =
  | { readonly kind: 'merged'; readonly document: DocumentNode }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[] };

/** Satisfiability asks whether every query can be answered, at a cost that explodes on large graphs. */
export type MergeChecks = 'all' | 'all but satisfiability';

/** Merges federation documents into one with join directives. Never throws. */
export function mergeSubgraphs(services: readonly ServiceDefinition[], checks: MergeChecks): Merged {
  const disableValidationRules = checks === 'all' ? [] : ['SatisfiabilityRule'];
  try {
    const result = composeServices([...services], { disableValidationRules });
    if (result.errors === undefined) return { kind: 'merged', document: result.supergraphDocumentNode };
    return { kind: 'failed', problems: result.errors.map(toCompositionProblem) };
  } catch (error) {
    return { kind: 'failed', problems: [toFault(error, undefined)] };
  }
}

/** What is wrong with a federation document by itself. Never throws. */
export function checkSubgraph(service: ServiceDefinition): readonly Problem[] {
  try {
    return validateSubgraph(service).map(toCompositionProblem);
  } catch (error) {
    return [toFault(error, service.name)];
  }
}
