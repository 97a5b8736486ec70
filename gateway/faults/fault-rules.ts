import type { GraphQLSchema } from 'graphql';
import { isInterfaceType, isObjectType } from 'graphql';
import type { FaultRule } from '../config/faults.ts';
import { createCoordinateMatcher } from '../policy/authorization/coordinate-pattern.ts';
import type { FetchOperation, FetchRequest } from '../transport/send.ts';
import { visitAskedFields } from './asked-fields.ts';

/** A rule, made ready for the fetches of one schema. */
export interface ReadyRule {
  readonly rule: FaultRule;
  /** From 1 on, as people count those of the file. */
  readonly number: number;
  readonly matches: (request: FetchRequest) => boolean;
}

type MatchField = (type: string, field: string) => boolean;

/** Makes the rules ready; `onUnmatched` is told of patterns that are for no field. */
export function readyRules(
  rules: readonly FaultRule[],
  schema: GraphQLSchema,
  onUnmatched: (pattern: string) => void,
): readonly ReadyRule[] {
  return rules.map((rule, index) => {
    const { subgraphs, headers = {}, fields } = rule;
    for (const pattern of fields ?? []) if (!isForAny(pattern, schema)) onUnmatched(pattern);
    const asksFor = fields === undefined ? () => true : createFieldTest(fields, schema);
    const wanted = Object.entries(headers);
    return {
      rule,
      number: index + 1,
      matches: ({ subgraph, operation, client }) =>
        subgraphs?.includes(subgraph) !== false &&
        wanted.every(([name, value]) => client.headers.get(name) === value) &&
        asksFor(operation),
    };
  });
}

/** Whether an operation asks for a field that one of the patterns is for, worked out once for each operation. */
function createFieldTest(patterns: readonly string[], schema: GraphQLSchema): (operation: FetchOperation) => boolean {
  const matches = toMatch(patterns);
  const known = new WeakMap<FetchOperation, boolean>();
  return (operation) => {
    let asks = known.get(operation);
    if (asks === undefined) {
      asks = false;
      visitAskedFields(operation.document, schema, (type, field) => {
        asks ||= matches(type, field);
      });
      known.set(operation, asks);
    }
    return asks;
  };
}

function isForAny(pattern: string, schema: GraphQLSchema): boolean {
  const matches = toMatch([pattern]);
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .some((type) => Object.keys(type.getFields()).some((field) => matches(type.name, field)));
}

function toMatch(patterns: readonly string[]): MatchField {
  const matchers = patterns.map(createCoordinateMatcher);
  return (type, field) => matchers.some((matches) => matches(type, field));
}
