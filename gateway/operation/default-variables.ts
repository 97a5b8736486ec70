import { valueFromASTUntyped } from 'graphql';
import type { Operation } from './operation.ts';

/** The values of variables that have defaults, for who has to know nothing of the others. */
export function defaultVariables({ definition }: Operation): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = Object.create(null);
  for (const { variable, defaultValue } of definition.variableDefinitions ?? []) {
    if (defaultValue !== undefined) values[variable.name.value] = valueFromASTUntyped(defaultValue);
  }
  return values;
}
