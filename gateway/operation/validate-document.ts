import {
  type ASTNode,
  type DocumentNode,
  ExecutableDefinitionsRule,
  type GraphQLSchema,
  NoFragmentCyclesRule,
  OverlappingFieldsCanBeMergedRule,
  recommendedRules,
  type SourceLocation,
  specifiedRules,
  UniqueFragmentNamesRule,
  type ValidationRule,
  validate,
} from 'graphql';
import { FieldsCanMergeRule } from './fields-can-merge-rule.ts';
import type { DocumentMeasure } from './measure-document.ts';
import { NoIncrementalDeliveryRule } from './no-incremental-delivery-rule.ts';
import { OperationsHaveRootTypeRule } from './operations-have-root-type-rule.ts';
import { parseWithLocations } from './parse-document.ts';
import { errorsMaxCount, type Finding, toRefusal } from './to-refusal.ts';

/** `recommendedRules` bounds introspection by walking each fragment as often as it is spread; the limits count it once. */
const replacedRules: ReadonlySet<ValidationRule> = new Set([OverlappingFieldsCanBeMergedRule, ...recommendedRules]);

const documentRules: readonly ValidationRule[] = [
  NoIncrementalDeliveryRule,
  OperationsHaveRootTypeRule,
  ...specifiedRules.filter((rule) => !replacedRules.has(rule)),
  FieldsCanMergeRule,
];

/** Not every rule ends in bounded time on definitions of types and on cyclic fragments, so those are refused first. */
function rulesFor(measure: DocumentMeasure): readonly ValidationRule[] {
  if (!measure.executable) return [ExecutableDefinitionsRule];
  if (measure.cyclic) return [UniqueFragmentNamesRule, NoFragmentCyclesRule];
  return documentRules;
}

/** What is validated, and what was learned of it. */
export interface ReadDocument {
  readonly text: string;
  readonly document: DocumentNode;
  readonly measure: DocumentMeasure;
}

/**
 * Holds a document that is within the limits against the schema.
 *
 * @throws GatewayError GRAPHQL_VALIDATION_FAILED with at most 20 errors, each with its places in the text.
 * @see https://spec.graphql.org/October2021/#sec-Validation
 */
export function validateDocument(
  schema: GraphQLSchema,
  { text, document, measure }: ReadDocument,
  suggestions: boolean,
): void {
  const rules = rulesFor(measure);
  if (validate(schema, document, rules, { maxErrors: 0 }).length === 0) return;
  // That ended at the first error. Only who is refused pays for a second pass, which finds the others and where they are.
  const found = validate(schema, parseWithLocations(text), rules, { maxErrors: errorsMaxCount });
  const findings = found.map(({ message, nodes = [] }): Finding => {
    return { message: suggestions ? message : withoutSuggestion(message), locations: nodes.flatMap(locationOf) };
  });
  throw toRefusal('GRAPHQL_VALIDATION_FAILED', findings);
}

function locationOf({ loc }: ASTNode): SourceLocation[] {
  return loc === undefined ? [] : [{ line: loc.startToken.line, column: loc.startToken.column }];
}

/** A suggestion tells names of the schema to who only guesses. */
function withoutSuggestion(message: string): string {
  const start = message.indexOf(' Did you mean ');
  return start === -1 ? message : message.slice(0, start);
}
