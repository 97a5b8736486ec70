import { hash } from 'node:crypto';
import { type DocumentNode, type GraphQLSchema, print, separateOperations } from 'graphql';
import type { RecordedOperation } from '../../schema/feed/usage-report.ts';
import { listCoordinates } from '../operation/list-coordinates.ts';
import type { Operation } from '../operation/operation.ts';
import { maskLiterals } from './mask-literals.ts';

/**
 * What the registry is told of an operation: without any value that stands in its text. Operations that differ in nothing else are one,
 * which `known` may have by its hash.
 */
export function describeOperation(
  schema: GraphQLSchema,
  operation: Operation,
  known?: (hash: string) => RecordedOperation | undefined,
): RecordedOperation {
  const { name, kind } = operation;
  const own: DocumentNode = separateOperations(operation.document)[name ?? ''] ?? operation.document;
  const text = print(maskLiterals(schema, own));
  const digest = hash('sha256', text);
  return known?.(digest) ?? { hash: digest, name, kind, text, coordinates: listCoordinates(schema, own) };
}
