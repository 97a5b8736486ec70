import {
  type ASTVisitor,
  type GraphQLInputType,
  type GraphQLSchema,
  isCompositeType,
  isInputType,
  type TypeInfo,
  typeFromAST,
  valueFromASTUntyped,
} from 'graphql';
import type { Effort } from '../../lib/linear-pattern/linear-pattern.ts';
import type { Operation } from '../../operation/operation.ts';
import { visitOperation } from '../visit-operation.ts';
import { InputCheck, type InputFinding, type Naming, VariableUse } from './input-check.ts';
import type { InputModel } from './input-model.ts';
import type { InputRule } from './input-rule.ts';

/** What of an operation input rules are for. */
export interface InspectedInputs {
  /** What the values that stand in the document break. */
  readonly findings: readonly InputFinding[];
  /** The variables that there are rules for. */
  readonly variables: readonly RuledVariable[];
}

interface RuledVariable {
  readonly name: string;
  readonly type: GraphQLInputType;
  /** For the places in which it is used; those for its type come on top. Each once, so that a value is searched once. */
  readonly rules: readonly InputRule[];
  readonly naming: Naming;
}

export interface InspectionOptions {
  readonly schema: GraphQLSchema;
  readonly model: InputModel;
  readonly findingsMax: number;
  readonly effort: Effort;
}

/** Where a variable is used: what to call the place for each rule, and for all others. */
interface Uses {
  readonly names: Map<InputRule, string>;
  readonly other: string;
}

/** Holds what stands in a document against the rules, and finds the rules for its variables. */
export function inspectInputs(operation: Operation, options: InspectionOptions): InspectedInputs {
  const { schema, model } = options;
  const uses = new Map<string, Uses>();
  const check = new InputCheck({
    ...options,
    onVariable(variable, rules, naming) {
      const { names } = addUse(uses, variable, naming());
      for (const rule of rules) if (!names.has(rule)) names.set(rule, naming(rule));
    },
  });
  const references = toReferences(operation);
  visitOperation(
    schema,
    operation,
    (typeInfo): ASTVisitor => ({
      Argument({ value }) {
        const place = findPlace(typeInfo, model);
        if (place === undefined) return;
        const { coordinate, type, rules } = place;
        check.check(valueFromASTUntyped(value, references), type, rules, () => coordinate);
      },
    }),
  );
  return { findings: check.findings, variables: toRuledVariables(operation, uses, options) };
}

/** The argument at which a visit is. */
function findPlace(typeInfo: TypeInfo, model: InputModel) {
  const argument = typeInfo.getArgument();
  if (!argument) return undefined;
  const { name, type } = argument;
  const directive = typeInfo.getDirective();
  if (directive) return { coordinate: `@${directive.name}(${name}:)`, type, rules: [] };
  const parent = typeInfo.getParentType();
  const field = typeInfo.getFieldDef();
  if (!field || !isCompositeType(parent)) return undefined;
  const rules = model.ofArgument(parent, field.name, name);
  return { coordinate: `${parent.name}.${field.name}(${name}:)`, type, rules };
}

function toReferences({ definition }: Operation): Record<string, VariableUse> {
  const references: Record<string, VariableUse> = Object.create(null);
  for (const { variable } of definition.variableDefinitions ?? []) {
    references[variable.name.value] = new VariableUse(variable.name.value);
  }
  return references;
}

function addUse(uses: Map<string, Uses>, variable: string, place: string): Uses {
  const known = uses.get(variable) ?? { names: new Map<InputRule, string>(), other: place };
  uses.set(variable, known);
  return known;
}

function toRuledVariables(
  { definition }: Operation,
  uses: ReadonlyMap<string, Uses>,
  { schema, model }: InspectionOptions,
): readonly RuledVariable[] {
  return (definition.variableDefinitions ?? []).flatMap(({ variable, type: node }): readonly RuledVariable[] => {
    const name = variable.name.value;
    const type = typeFromAST(schema, node);
    if (!isInputType(type)) return [];
    const { names, other } = uses.get(name) ?? { names: new Map<InputRule, string>(), other: `$${name}` };
    if (names.size === 0 && !model.hasRulesWithin(type)) return [];
    return [{ name, type, rules: [...names.keys()], naming: (rule) => (rule && names.get(rule)) ?? other }];
  });
}
