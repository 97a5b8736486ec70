import { type GraphQLSchema, getOperationAST, parse, validate } from 'graphql';
import { readJoinModel } from '../../../schema/compose/satisfiability/join-model.ts';
import { findUnreachable } from '../../../schema/compose/satisfiability/unreachable.ts';
import type { Case, CaseOperation, CaseSubgraph } from '../case.ts';
import { composeCase } from '../compose-case.ts';
import { readSubgraph, type SubgraphModel } from '../subgraph-model.ts';
import { fieldSetsFit } from './field-sets-fit.ts';
import { smallerOperations } from './smaller-operations.ts';
import { smallerSubgraphs, usedSubgraphs } from './smaller-subgraphs.ts';

/** Cases with less in them that are cases still: they compose and their operations are valid. The largest cuts come first. */
export function* smallerCases(one: Case): Generator<Case> {
  const { operations } = one;
  if (operations.length > 1) {
    for (const operation of operations) yield { ...one, operations: [operation] };
    return;
  }
  const [operation] = operations;
  if (operation === undefined) return;
  const known = unreachableIn(one.subgraphs);
  for (const subgraphs of usedSubgraphs(one.subgraphs, operation)) yield* ifSound({ ...one, subgraphs }, known);
  for (const smaller of smallerOperations(operation)) yield* ifSound({ ...one, operations: [smaller] }, known);
  for (const subgraphs of smallerSubgraphs(one.subgraphs)) yield* ifSound({ ...one, subgraphs }, known);
  yield* calmerCases(one, operation);
}

/** With fewer faults, and with other data. */
function* calmerCases(one: Case, operation: CaseOperation): Generator<Case> {
  const { data } = one;
  if (operation.down !== undefined) {
    const { down: _, ...healthy } = operation;
    yield { ...one, operations: [healthy] };
  }
  if (operation.broken !== undefined) {
    const { broken: _, ...healthy } = operation;
    yield { ...one, operations: [healthy] };
  }
  if (operation.others !== undefined) {
    const { others, ...single } = operation;
    yield { ...one, operations: [single] };
    yield { ...one, operations: [{ ...single, variables: others }] };
  }
  for (const name of ['nulls', 'errors', 'dangling'] as const) {
    if (data[name] > 0) yield { ...one, data: { ...data, [name]: 0 } };
  }
  if (data.seed > 10) for (let seed = 1; seed <= 10; seed++) yield { ...one, data: { ...data, seed } };
}

function* ifSound(one: Case, known: ReadonlySet<string>): Generator<Case> {
  const composition = composeCase(one.subgraphs);
  if (composition.kind === 'refused') return;
  const models = one.subgraphs.map(readSubgraph);
  if (!models.every(fieldSetsFit) || !interfaceObjectsAreKnown(models)) return;
  if ([...unreachableIn(one.subgraphs)].some((field) => !known.has(field))) return;
  if (one.operations.every(({ text }) => isValid(composition.publicSchema, text))) yield one;
}

function isValid(schema: GraphQLSchema, text: string): boolean {
  const document = parse(text);
  const kind = getOperationAST(document)?.operation;
  // Validation has nothing against a mutation where there are none.
  return kind !== undefined && schema.getRootType(kind) != null && validate(schema, document).length === 0;
}

/** Fields that may be out of reach: composition lets some graphs pass in which they are. */
function unreachableIn(subgraphs: readonly CaseSubgraph[]): ReadonlySet<string> {
  const composition = composeCase(subgraphs);
  if (composition.kind === 'refused') return new Set();
  const model = readJoinModel(parse(composition.supergraph.sdl));
  const fields = model.isComplete ? findUnreachable(model) : [];
  return new Set(fields.map(({ type, field, graph }) => `${graph} ${type}.${field}`));
}

/** Whether some subgraph tells of what types the objects are that another one knows as one type: composition does not ask. */
function interfaceObjectsAreKnown(models: readonly SubgraphModel[]): boolean {
  const tells = (model: SubgraphModel, name: string, key: string) => {
    const type = model.types.get(name);
    const isTold = [...model.types.values()].some((one) => one.interfaces.includes(name));
    return type?.isInterface === true && isTold && type.keys.some(({ text }) => text === key);
  };
  return models.every(({ types }) =>
    [...types.values()].every(
      ({ name, isInterfaceObject, keys }) =>
        !isInterfaceObject || keys.every(({ text }) => models.some((model) => tells(model, name, text))),
    ),
  );
}
