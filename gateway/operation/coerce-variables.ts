import { type GraphQLSchema, isInputType, isNonNullType, print, typeFromAST, valueFromAST } from 'graphql';
import { InputCoercer } from './input-coercer.ts';
import type { Operation } from './operation.ts';
import { toRefusal } from './to-refusal.ts';

/**
 * The values of an operation's variables: defaults applied, single values made lists where the type is a list, undeclared
 * variables left out. They are JSON that a subgraph takes for the same types: enum values by name, values of custom
 * scalars as they were sent. The objects have no prototype, so every name can be looked up in them.
 *
 * @throws GatewayError BAD_USER_INPUT with at most 20 errors, none of which repeats a value.
 * @see https://spec.graphql.org/October2021/#sec-Coercing-Variable-Values
 */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: Operation,
  variables: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const coerced: Record<string, unknown> = Object.create(null);
  const coercer = new InputCoercer();
  for (const { variable, type: typeNode, defaultValue } of operation.definition.variableDefinitions ?? []) {
    const name = variable.name.value;
    const type = typeFromAST(schema, typeNode);
    if (!isInputType(type)) throw new TypeError(`Variable $${name} has no input type though it was validated.`);
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value !== undefined) {
      coerced[name] = coercer.coerce(name, value, type);
    } else if (defaultValue !== undefined) {
      coerced[name] = valueFromAST(defaultValue, type);
    } else if (isNonNullType(type)) {
      coercer.report(`Variable "$${name}" of required type "${print(typeNode)}" was not provided.`);
    }
  }
  if (coercer.findings.length > 0) throw toRefusal('BAD_USER_INPUT', coercer.findings);
  return coerced;
}
