import { type DocumentNode, Kind, parse, print, visit } from 'graphql';
import type { LiveLook } from '../../console/live.ts';
import type { Engine } from '../execute/engine.ts';
import type { Operation } from '../operation/operation.ts';
import type { OperationCache } from '../operation/operation-cache.ts';
import { describePlan } from '../plan/describe-plan.ts';

/** Tells of an operation by its hash; `undefined` when clients did not send it. */
export type LookAtOperation = (hash: string) => LiveLook | undefined;

const emptyText = { kind: Kind.STRING, value: '', block: false } as const;

/** Looks at operations that were read, and at how an engine has run them. Nothing of what clients sent is shown but names. */
export function createLookAtOperation(operations: Pick<OperationCache, 'find'>, engine: Engine): LookAtOperation {
  return (hash) => {
    const operation = operations.find(hash);
    if (operation === undefined) return undefined;
    const { name, kind, document } = operation;
    return { hash, name, kind, text: print(withoutLiterals(document)), plan: lookAtPlan(operation, engine) };
  };
}

function lookAtPlan(operation: Operation, engine: Engine): LiveLook['plan'] {
  const ran = engine.ranPlanOf?.(operation);
  if (ran === undefined) return undefined;
  const { waves } = describePlan(operation.kind, ran.plan, ran.timingOf);
  return {
    runs: ran.runs,
    waves: waves.map((steps) =>
      steps.map((step) => {
        if (step.kind === 'attach') return step;
        const { id, subgraph, after, entities, timing } = step;
        const text = print(withoutLiterals(parse(step.operation, { noLocation: true })));
        const asked = entities.map(({ types, at, key }) => ({ types, at, key }));
        return { kind: 'fetch', id, subgraph, after, operation: text, entities: asked, timing };
      }),
    ),
  };
}

function withoutLiterals(document: DocumentNode): DocumentNode {
  return visit(document, {
    StringValue: () => emptyText,
    IntValue: (node) => ({ ...node, value: '0' }),
    FloatValue: (node) => ({ ...node, value: '0' }),
  });
}
