import {
  type DocumentNode,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  Kind,
  parse,
  print,
  visit,
} from 'graphql';
import type { LiveLook } from '../../console/live.ts';
import type { Engine } from '../execute/engine.ts';
import type { Operation } from '../operation/operation.ts';
import type { OperationCache } from '../operation/operation-cache.ts';
import { describePlan } from '../plan/describe-plan.ts';

/** Tells of an operation by its hash; `undefined` when clients did not send it. */
export type LookAtOperation = (hash: string) => LiveLook | undefined;

const emptyText = { kind: Kind.STRING, value: '', block: false } as const;

/**
 * Looks at operations that were read against a schema, and at how an engine has run them. Nothing of what clients sent is shown but names.
 */
export function createLookAtOperation(
  operations: Pick<OperationCache, 'find'>,
  engine: Engine,
  schema: GraphQLSchema,
): LookAtOperation {
  const known = namesOfInput(schema);
  const show = (document: DocumentNode) => print(withoutLiterals(document, known));
  return (hash) => {
    const operation = operations.find(hash);
    if (operation === undefined) return undefined;
    const { name, kind, document } = operation;
    return { hash, name, kind, text: show(document), plan: lookAtPlan(operation, engine, show) };
  };
}

function lookAtPlan(operation: Operation, engine: Engine, show: (document: DocumentNode) => string): LiveLook['plan'] {
  const ran = engine.ranPlanOf?.(operation);
  if (ran === undefined) return undefined;
  const { waves } = describePlan(operation.kind, ran.plan, ran.timingOf);
  return {
    runs: ran.runs,
    waves: waves.map((steps) =>
      steps.map((step) => {
        if (step.kind === 'attach') return step;
        const { id, subgraph, after, entities, timing } = step;
        const text = show(parse(step.operation, { noLocation: true }));
        const asked = entities.map(({ types, at, key }) => ({ types, at, key }));
        return { kind: 'fetch', id, subgraph, after, operation: text, entities: asked, timing };
      }),
    ),
  };
}

/** Enum values and fields of input objects: others stand in custom scalars, and are somebody's data. */
function namesOfInput(schema: GraphQLSchema): ReadonlySet<string> {
  const types = Object.values(schema.getTypeMap());
  return new Set([
    ...types.filter(isEnumType).flatMap((type) => type.getValues().map(({ name }) => name)),
    ...types.filter(isInputObjectType).flatMap((type) => Object.keys(type.getFields())),
  ]);
}

function withoutLiterals(document: DocumentNode, known: ReadonlySet<string>): DocumentNode {
  return visit(document, {
    StringValue: () => emptyText,
    IntValue: (node) => ({ ...node, value: '0' }),
    FloatValue: (node) => ({ ...node, value: '0' }),
    EnumValue: (node) => (known.has(node.value) ? undefined : emptyText),
    ObjectValue: (node) => ({ ...node, fields: node.fields.filter(({ name }) => known.has(name.value)) }),
  });
}
