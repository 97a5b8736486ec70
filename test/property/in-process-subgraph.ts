import { type DocumentNode, execute, type GraphQLResolveInfo, parse, type SelectionSetNode, validate } from 'graphql';
import { GatewayError } from '../../gateway/errors.ts';
import type { FetchRequest, FetchResult, Transport } from '../../gateway/transport/send.ts';
import { breakAnswer } from './break-answer.ts';
import type { CaseFaults } from './case.ts';
import { hash } from './hash.ts';
import { RepresentationReader } from './representation-reader.ts';
import type { SubgraphField, SubgraphModel, SubgraphType } from './subgraph-model.ts';
import { subsetFor } from './subset-for.ts';
import { isThing, rootThing, type Thing } from './thing.ts';
import type { Universe } from './universe.ts';

type Data = Readonly<Record<string, unknown>>;

/** What the subgraphs of one execution saw. */
export interface Witness {
  /** Every fetch, as text for a reader. */
  readonly fetches: string[];
  /** What no engine may ask: each of them is a failure of the case. */
  readonly violations: string[];
  readonly faults: CaseFaults;
  /** Mutation fields that were run. */
  mutations: number;
}

export function createWitness(faults: CaseFaults): Witness {
  return { fetches: [], violations: [], faults, mutations: 0 };
}

/** An object as a subgraph has it at hand. */
interface Handle {
  readonly thing: Thing;
  /** What it was asked by, when it came through `_entities`. */
  readonly representation: Data | undefined;
  /** What the subgraph has of it although others own it. */
  readonly provided: readonly SelectionSetNode[];
}

/** Runs one subgraph of the case with nothing but its own fields; tells the client's witness of what must not be asked. */
export class InProcessSubgraph implements Transport {
  readonly #model: SubgraphModel;
  readonly #universe: Universe;
  readonly #witnessOf: (request: FetchRequest) => Witness;
  readonly #representations: RepresentationReader;
  readonly #documents = new Map<string, DocumentNode | string>();

  constructor(model: SubgraphModel, universe: Universe, witnessOf: (request: FetchRequest) => Witness) {
    this.#model = model;
    this.#universe = universe;
    this.#representations = new RepresentationReader(model, universe);
    this.#witnessOf = witnessOf;
  }

  send = async (request: FetchRequest): Promise<FetchResult> => {
    const witness = this.#witnessOf(request);
    const { text, name } = request.operation;
    // As on the wire: a hole in a list becomes null, a member that is undefined is not there.
    const variables = JSON.parse(JSON.stringify(request.variables ?? {})) as Data;
    const fetch = `${this.#model.name}: ${text} ${JSON.stringify(variables)}`;
    witness.fetches.push(fetch);
    // Answers come in another order than fetches go out, and no order may matter.
    for (let turn = hash(fetch) % 5; turn > 0; turn--) await undefined;
    if (witness.faults.down.includes(this.#model.name)) {
      throw new GatewayError('SUBGRAPH_UNREACHABLE', `The subgraph "${this.#model.name}" could not be reached.`);
    }
    const document = this.#read(text);
    if (typeof document === 'string') {
      witness.violations.push(`${this.#model.name} was sent what it cannot run: ${document}\n${text}`);
      return { errors: [], data: null };
    }
    const result = await execute({
      schema: this.#model.schema,
      document,
      variableValues: variables,
      operationName: name,
      fieldResolver: (source: unknown, args, context: Witness, info) => this.#resolve(source, args, context, info),
      typeResolver: (value: unknown) => this.#typeNameOf((value as Handle).thing),
      contextValue: witness,
    });
    const answer = JSON.parse(JSON.stringify(result)) as FetchResult;
    if (witness.faults.broken.includes(this.#model.name)) {
      return breakAnswer(answer, fetch, this.#model.hasCustomScalars);
    }
    return hash(fetch) % 3 === 0 ? frozen({ ...answer, shared: true }) : answer;
  };

  subscribe = (): never => {
    throw new Error('Subscriptions are not part of the property tests.');
  };

  /** The document, or what is wrong with it. */
  #read(text: string): DocumentNode | string {
    let known = this.#documents.get(text);
    if (known === undefined) {
      try {
        known = parse(text, { noLocation: true });
        const errors = validate(this.#model.schema, known);
        if (errors.length > 0) known = errors.map(({ message }) => message).join(' ');
      } catch (error) {
        known = String(error);
      }
      this.#documents.set(text, known);
    }
    return known;
  }

  #typeNameOf(thing: Thing): string {
    const { schema, types } = this.#model;
    if (schema.getType(thing.type) !== undefined) return thing.type;
    for (const type of types.values()) {
      if (type.isInterfaceObject && this.#universe.graph.isOf(thing.type, type.name)) return type.name;
    }
    return thing.type;
  }

  #resolve(source: unknown, args: Data, witness: Witness, info: GraphQLResolveInfo): unknown {
    const { fieldName, parentType, schema } = info;
    if (parentType === schema.getQueryType()) {
      if (fieldName === '_service') return { sdl: '' };
      if (fieldName === '_entities') {
        return (args['representations'] as unknown[]).map((one) => this.#toHandle(one, witness));
      }
    }
    const handle = this.#handleOf(source, witness, info);
    if (handle === undefined) return source === undefined ? undefined : (source as Data)[fieldName];
    const type = this.#model.types.get(rootName(info) ?? parentType.name);
    const field = type?.fields.get(fieldName);
    if (type === undefined || field === undefined) throw new Error(`${parentType.name}.${fieldName} is not known.`);
    this.#assertOwn(type, field, handle, witness);
    const required = this.#requiredOf(field, handle, witness, parentType.name);
    const value = this.#universe.valueOf(handle.thing, fieldName, args, { epoch: witness.mutations, required });
    const below = handle.provided.flatMap((set) => subsetFor(set, fieldName));
    return this.#toHandles(value, field.provides === undefined ? below : [...below, field.provides]);
  }

  #toHandle(representation: unknown, { violations }: Witness): Handle | null {
    const found = this.#representations.find(representation);
    if (typeof found === 'string') {
      violations.push(`${this.#model.name} got a representation ${found}: ${JSON.stringify(representation)}`);
      return null;
    }
    if (this.#universe.isDangling(this.#model, found)) return null;
    return { thing: found, representation: representation as Data, provided: [] };
  }

  #handleOf(source: unknown, witness: Witness, { parentType, schema }: GraphQLResolveInfo): Handle | undefined {
    const root = (thing: Thing): Handle => ({ thing, representation: undefined, provided: [] });
    if (parentType === schema.getQueryType()) return root(rootThing('Query'));
    if (parentType === schema.getMutationType()) return root(rootThing('Mutation', ++witness.mutations));
    return isHandle(source) ? source : undefined;
  }

  #assertOwn(type: SubgraphType, field: SubgraphField, handle: Handle, { violations }: Witness): void {
    if (type.keyFields.has(field.name)) return;
    if (handle.provided.some((set) => subsetFor(set, field.name).length > 0)) return;
    const place = `${type.name}.${field.name}`;
    if (field.external) violations.push(`${this.#model.name} was asked for ${place}, which is external there.`);
    const taker = this.#universe.graph.takerOf(this.#model.name, type.name, field.name);
    if (taker !== undefined) violations.push(`${this.#model.name} was asked for ${place}, which ${taker} took over.`);
  }

  #requiredOf(field: SubgraphField, handle: Handle, { violations }: Witness, typeName: string): unknown {
    if (field.requires === undefined) return undefined;
    const place = `${this.#model.name}: ${typeName}.${field.name}`;
    if (handle.representation === undefined) {
      violations.push(`${place} was asked without a representation, so without what it requires.`);
      return undefined;
    }
    return this.#representations.project(handle.representation, field.requires, (lack) =>
      violations.push(
        `${place} requires ${lack}, which the representation lacks: ${JSON.stringify(handle.representation)}`,
      ),
    );
  }

  #toHandles(value: unknown, provided: readonly SelectionSetNode[]): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#toHandles(item, provided));
    return isThing(value) ? { thing: value, representation: undefined, provided } : value;
  }
}

/** What is shared must not be written to: here it cannot. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}

function rootName({ parentType, schema }: GraphQLResolveInfo): string | undefined {
  if (parentType === schema.getQueryType()) return 'Query';
  return parentType === schema.getMutationType() ? 'Mutation' : undefined;
}

function isHandle(value: unknown): value is Handle {
  return typeof value === 'object' && value !== null && 'thing' in value;
}
