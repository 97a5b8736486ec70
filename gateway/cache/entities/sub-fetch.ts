import { type DocumentNode, type FieldNode, type FragmentDefinitionNode, Kind, print, visit } from 'graphql';
import type { Span } from '../../telemetry/traces/span.ts';
import { definitionOf } from '../../transport/graphql-body.ts';
import type { ClientRequest, FetchOperation, FetchRequest } from '../../transport/send.ts';
import type { FetchShape } from './fetch-shape.ts';
import type { Piece } from './pieces.ts';

/** Most operations that are kept for the root fields of one. */
const operationsMost = 100;

const narrowed = new WeakMap<FetchOperation, Map<string, FetchOperation>>();

/** What asks for some pieces of a fetch only, in their order. */
export function toSubFetch(
  fetch: FetchRequest,
  shape: Extract<FetchShape, { kind: 'entities' | 'fields' }>,
  pieces: readonly Piece[],
  { client, signal }: Pick<FetchRequest, 'client' | 'signal'>,
): FetchRequest {
  const { subgraph, operation, variablesText, span } = fetch;
  if (shape.kind === 'fields') {
    const wanted = pieces.flatMap(({ place }) => (place.kind === 'field' ? [place.field.node] : []));
    if (wanted.length === shape.fields.length && variablesText !== undefined) {
      return new TextFetch(operation, { subgraph, client, span, signal, variablesText, representations: undefined });
    }
    const narrow = wanted.length === shape.fields.length ? operation : narrowTo(operation, wanted);
    return { subgraph, operation: narrow, variables: only(narrow, fetch), client, span, signal };
  }
  const representations = shape.lists.map((list) =>
    pieces.flatMap(({ place }) => (place.kind === 'entity' && place.list === list ? [place.representation] : [])),
  );
  const members = shape.lists.map(({ variable }, index) => `"${variable}":[${representations[index]?.join() ?? ''}]`);
  const isOfList = (name: string) => shape.lists.some(({ variable }) => variable === name);
  for (const name of shape.variables) {
    const value = isOfList(name) ? undefined : JSON.stringify(fetch.variables?.[name]);
    if (value !== undefined) members.push(`"${name}":${value}`);
  }
  const text = `{${members.join()}}`;
  return new TextFetch(operation, { subgraph, client, span, signal, variablesText: text, representations });
}

type TextFetchParts = Pick<FetchRequest, 'subgraph' | 'client' | 'span' | 'signal' | 'representations'> & {
  readonly variablesText: string;
};

/** A fetch whose variables are text: they are read back only by transports that need them. */
class TextFetch implements FetchRequest {
  readonly subgraph: string;
  readonly operation: FetchOperation;
  readonly variablesText: string;
  readonly representations: FetchRequest['representations'];
  readonly client: ClientRequest;
  readonly span: Span | undefined;
  readonly signal: AbortSignal | undefined;

  constructor(operation: FetchOperation, parts: TextFetchParts) {
    const { subgraph, variablesText, representations, client, span, signal } = parts;
    this.subgraph = subgraph;
    this.operation = operation;
    this.variablesText = variablesText;
    this.representations = representations;
    this.client = client;
    this.span = span;
    this.signal = signal;
  }

  get variables(): Readonly<Record<string, unknown>> {
    return JSON.parse(this.variablesText) as Readonly<Record<string, unknown>>;
  }
}

/** The operation with some of its root fields; the same object for the same fields. */
function narrowTo(operation: FetchOperation, fields: readonly FieldNode[]): FetchOperation {
  const known = narrowed.get(operation) ?? new Map<string, FetchOperation>();
  narrowed.set(operation, known);
  const key = fields.map(({ alias, name }) => (alias ?? name).value).join();
  const found = known.get(key);
  if (found !== undefined) return found;
  const document = writeDocument(operation, fields);
  const { kind, name } = operation;
  const narrow = { kind, name, document, text: print(document), entityLists: [] };
  if (known.size >= operationsMost) known.clear();
  known.set(key, narrow);
  return narrow;
}

function writeDocument(operation: FetchOperation, fields: readonly FieldNode[]): DocumentNode {
  const definition = definitionOf(operation);
  if (definition === undefined) throw new Error('A document without an operation was sent.');
  const fragments = new Map<string, FragmentDefinitionNode>();
  const variables = new Set<string>();
  const use = (node: FieldNode | FragmentDefinitionNode): void => {
    visit(node, {
      Variable: ({ name }) => void variables.add(name.value),
      FragmentSpread: ({ name }) => {
        const fragment = operation.document.definitions.find(
          (one): one is FragmentDefinitionNode =>
            one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name.value,
        );
        if (fragment === undefined || fragments.has(name.value)) return;
        fragments.set(name.value, fragment);
        use(fragment);
      },
    });
  };
  for (const field of fields) use(field);
  const { variableDefinitions = [] } = definition;
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        ...definition,
        variableDefinitions: variableDefinitions.filter(({ variable }) => variables.has(variable.name.value)),
        selectionSet: { kind: Kind.SELECTION_SET, selections: fields },
      },
      ...fragments.values(),
    ],
  };
}

/** The variables that an operation has. */
function only(operation: FetchOperation, { variables }: FetchRequest): Readonly<Record<string, unknown>> | undefined {
  const names = (definitionOf(operation)?.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
  if (variables === undefined || names.length === 0) return undefined;
  return Object.fromEntries(names.flatMap((name) => (Object.hasOwn(variables, name) ? [[name, variables[name]]] : [])));
}
