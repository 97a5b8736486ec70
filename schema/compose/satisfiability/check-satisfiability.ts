import type { ServiceDefinition } from '@theguild/federation-composition';
import type { DocumentNode } from 'graphql';
import type { Problem } from '../../supergraph/problem.ts';
import { mergeSubgraphs } from '../merge.ts';
import { readJoinModel } from './join-model.ts';
import { findUnreachable, type UnreachableField } from './unreachable.ts';

/** Most definitions for which the exact check is run: it recurses through types and follows paths, 2,000 take seconds. */
const exactMaxDefinitions = 2000;

/**
 * Asks whether the subgraphs can answer every query that the merged schema allows. A walk over types settles it for almost
 * all graphs. The exact check decides where the walk cannot; where that is too slow or fails, what the walk found stands.
 */
export function checkSatisfiability(merged: DocumentNode, services: readonly ServiceDefinition[]): readonly Problem[] {
  const model = readJoinModel(merged);
  const unreachable = findUnreachable(model);
  if (model.isComplete && unreachable.length === 0) return [];
  if (merged.definitions.length <= exactMaxDefinitions) {
    const exact = mergeSubgraphs(services, 'all');
    if (exact.kind === 'merged') return [];
    if (exact.problems.every(({ code }) => code !== 'COMPOSITION_FAILED')) return exact.problems;
  }
  // Of a model that leaves something out the walk may be wrong either way, and a graph that works must not be refused.
  return model.isComplete ? unreachable.map((field) => toProblem(field, model.graphNames)) : [];
}

function toProblem({ type, field, graph }: UnreachableField, names: ReadonlyMap<string, string>): Problem {
  const coordinate = `${type}.${field}`;
  const place = graph === undefined ? undefined : names.get(graph);
  const message =
    place === undefined
      ? `No subgraph resolves ${coordinate}: it is @external wherever it is defined.`
      : `A query that gets to ${type} in ${place} cannot get to ${coordinate}: give ${type} a @key in a subgraph that resolves it, of fields that ${place} has.`;
  return { code: 'SATISFIABILITY_ERROR', message, subgraph: undefined, coordinate };
}
