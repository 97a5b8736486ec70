import { createHash } from 'node:crypto';
import { buildASTSchema, type DocumentNode, GraphQLError, print, validateSchema } from 'graphql';
import { checkContexts } from './check-contexts.ts';
import { checkGraphs } from './check-graphs.ts';
import { type Feature, readFeatures } from './features.ts';
import { readGraphs } from './graphs.ts';
import type { Problem } from './problem.ts';
import { toPublicDocument } from './public-document.ts';
import type { Supergraph } from './supergraph.ts';
import { SupergraphError } from './supergraph-error.ts';

/** Features for execution or security that are known; running a graph without knowing one would answer wrong or unguarded. */
const knownFeatures = new Set(
  ['join', 'link', 'core', 'inaccessible', 'tag', 'cost', 'context', 'authenticated', 'requiresScopes', 'policy'].map(
    (name) => `https://specs.apollo.dev/${name}`,
  ),
);

/**
 * The supergraph that a parsed supergraph SDL is.
 * @throws SupergraphError when it is not one, or when what clients would see is no valid schema.
 */
export function assembleSupergraph(sdl: string, document: DocumentNode): Supergraph {
  const features = readFeatures(document);
  refuse(unknownFeatures(features));
  const subgraphs = readGraphs(document);
  refuse([...checkGraphs(document), ...checkContexts(document)]);
  const publicDocument = toPublicDocument(document, features);
  refuse(invalidities(publicDocument));
  return {
    sdl,
    publicSdl: print(publicDocument),
    subgraphs,
    fingerprint: createHash('sha256').update(sdl).digest('hex'),
  };
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new SupergraphError(problems);
}

function unknownFeatures(features: readonly Feature[]): readonly Problem[] {
  return features
    .filter(({ identity, purpose }) => purpose !== undefined && !knownFeatures.has(identity))
    .map(({ identity, version, purpose }) => ({
      code: 'UNSUPPORTED_FEATURE',
      message: `The supergraph needs the feature ${identity}/${version} for ${purpose?.toLowerCase()}, which is not supported; compose it without.`,
      subgraph: undefined,
      coordinate: undefined,
    }));
}

function invalidities(publicDocument: DocumentNode): readonly Problem[] {
  let messages: readonly string[];
  try {
    messages = validateSchema(buildASTSchema(publicDocument)).map((error) => error.message);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // One error for all that is wrong, its sentences apart by an empty line.
    messages = error instanceof GraphQLError ? [error.message] : error.message.split('\n\n');
  }
  return messages.map((message) => ({
    code: 'INVALID_GRAPHQL',
    message: `What clients would see is not a valid schema: ${message}`,
    subgraph: undefined,
    coordinate: undefined,
  }));
}
