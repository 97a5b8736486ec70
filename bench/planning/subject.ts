import { type DocumentNode, getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import type { SupergraphModel } from '../../gateway/plan/model.ts';
import type { Plan } from '../../gateway/plan/plan.ts';
import { planOperation } from '../../gateway/plan/plan-operation.ts';
import { readModel } from '../../gateway/plan/read-model.ts';
import { compose } from '../../schema/compose/compose.ts';
import type { Supergraph } from '../../schema/supergraph/supergraph.ts';

/** What stands before the SDL of each subgraph. */
export const federationLink =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external", "@requires", "@provides"])\n';

/** The supergraph of subgraphs that are given as SDL, by name. */
export function composeSubgraphs(subgraphs: Readonly<Record<string, string>>): Supergraph {
  const composition = compose(
    Object.entries(subgraphs).map(([name, sdl]) => ({
      kind: 'federation',
      name,
      url: `http://${name}.test/graphql`,
      sdl: federationLink + sdl,
    })),
  );
  if (composition.kind === 'composed') return composition.supergraph;
  throw new Error(composition.problems.map(({ message, subgraph }) => `${subgraph}: ${message}`).join('\n'));
}

/** An operation that is to be planned. */
export interface Subject {
  readonly model: SupergraphModel;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
}

/** What the planner knows of a supergraph. */
export function modelOf(supergraph: Supergraph): SupergraphModel {
  return readModel(parse(supergraph.sdl, { noLocation: true }));
}

/** What `planOperation` takes, of an operation's text. */
export function toSubject(model: SupergraphModel, operation: string): Subject {
  const document = parse(operation, { noLocation: true });
  const definition = getOperationAST(document);
  if (!definition) throw new Error('The text must hold one operation.');
  return { model, document, definition };
}

/** Plans anew. */
export function planSubject({ model, document, definition }: Subject, plan = planOperation): Plan {
  return plan(model, { document, definition, conditions: new Set() });
}
