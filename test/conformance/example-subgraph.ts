import {
  execute,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  getNamedType,
  getOperationAST,
  isCompositeType,
  isObjectType,
  parse,
  subscribe,
  validate,
} from 'graphql';
import type { FetchRequest, FetchResult, Transport } from '../../gateway/transport/send.ts';
import type { SubgraphModel } from '../property/subgraph-model.ts';
import { type Fields, isFields, type Tables } from './example-data.ts';

/** A subgraph of this process. It has of all data what its own schema says, and is sent nothing but what that schema allows. */
export class ExampleSubgraph implements Transport {
  /** The variables of all that it was sent. */
  readonly sent: Fields[] = [];
  readonly #model: SubgraphModel;
  readonly #tables: Tables;

  constructor(model: SubgraphModel, tables: Tables) {
    this.#model = model;
    this.#tables = tables;
  }

  readonly send = async (request: FetchRequest): Promise<FetchResult> =>
    JSON.parse(JSON.stringify(await execute(this.#toArguments(request))));

  readonly subscribe = async (request: FetchRequest): Promise<AsyncIterable<FetchResult>> => {
    const events = await subscribe(this.#toArguments(request));
    if (Symbol.asyncIterator in events) return events as AsyncIterable<FetchResult>;
    throw new Error(JSON.stringify(events.errors));
  };

  #toArguments({ operation, variables = {} }: FetchRequest) {
    const { schema, name } = this.#model;
    const document = parse(operation.text);
    const declared = getOperationAST(document)?.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [];
    const complaints = [
      ...validate(schema, document).map(({ message }) => message),
      ...Object.keys(variables).flatMap((one) => (declared.includes(one) ? [] : `$${one} is sent for nothing.`)),
    ];
    if (complaints.length > 0) throw new Error(`${name} cannot run ${operation.text}\n${complaints.join('\n')}`);
    this.sent.push(variables);
    return {
      schema,
      document,
      variableValues: variables,
      operationName: operation.name,
      fieldResolver: (source: unknown, args: Fields, _context: unknown, info: GraphQLResolveInfo) =>
        this.#resolve(source, args, info),
      subscribeFieldResolver: (_root: unknown, _args: Fields, _context: unknown, { fieldName }: GraphQLResolveInfo) =>
        eventsOf(fieldName, this.#tables.root('Subscription')[fieldName]),
      typeResolver: (value: unknown) => this.#typeNameOf(value),
    };
  }

  #resolve(source: unknown, args: Fields, { fieldName, parentType, schema, returnType }: GraphQLResolveInfo): unknown {
    const roots = new Map([
      [schema.getQueryType(), 'Query'],
      [schema.getMutationType(), 'Mutation'],
    ]);
    const root = roots.get(parentType);
    if (root === 'Query' && fieldName === '_entities') {
      return (args['representations'] as readonly Fields[]).map((one) => this.#load(one));
    }
    const object = root === undefined && isFields(source) ? source : this.#tables.root(root ?? '');
    const own = root === undefined && source === undefined ? undefined : object[fieldName];
    const value: unknown = typeof own === 'function' ? own(object, args) : own;
    return this.#complete(value, returnType);
  }

  #complete(value: unknown, type: GraphQLOutputType): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#complete(item, type));
    const named = getNamedType(type);
    return isCompositeType(named) && isFields(value) ? this.#tables.complete(value, named.name) : value;
  }

  /** What this subgraph has of an entity by itself, and what it was sent of it. */
  #load(representation: Fields): Fields | null {
    const type = this.#model.types.get(String(representation['__typename']));
    if (type === undefined) throw new Error(`${this.#model.name} does not know ${representation['__typename']}.`);
    const shared = type.interfaces.flatMap((name) => this.#model.types.get(name)?.keys ?? []);
    const keys = [...type.keys, ...shared].filter(({ resolvable }) => resolvable);
    const row = this.#tables.entity(representation, type, keys);
    if (row === undefined) return null;
    const external = [...type.fields.values()].filter((field) => field.external).map(({ name }) => name);
    const own = Object.entries(row).filter(([name]) => !external.includes(name));
    return { ...Object.fromEntries(own), ...representation, __typename: row['__typename'] };
  }

  /** An interface that is an object here stands for all its objects. */
  #typeNameOf(value: unknown): string {
    const { schema, types } = this.#model;
    const name = isFields(value) ? String(value['__typename']) : '';
    if (isObjectType(schema.getType(name))) return name;
    return [...types.values()].find(({ isInterfaceObject }) => isInterfaceObject)?.name ?? name;
  }
}

async function* eventsOf(field: string, values: unknown): AsyncIterable<Fields> {
  for (const value of Array.isArray(values) ? values : []) yield { [field]: value };
}
