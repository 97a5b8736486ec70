import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isListType,
  isNonNullType,
} from 'graphql';
import { AvailabilityOracle } from './availability.ts';
import type { CaseFaults } from './case.ts';
import { isThing, rootThing } from './thing.ts';
import type { Universe } from './universe.ts';

export interface MonolithRequest {
  readonly schema: GraphQLSchema;
  readonly universe: Universe;
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly faults: CaseFaults;
}

/** What one server that holds all the data answers, and where another answer is as good. Places are paths joined by dots. */
export interface Expectation {
  readonly answer: ExecutionResult;
  /** Where there may be null. */
  readonly open: ReadonlySet<string>;
  /** Where there may be anything. */
  readonly wild: ReadonlySet<string>;
}

type Path = GraphQLResolveInfo['path'];

/** Runs an operation over the public schema with all the data. */
export async function askMonolith(request: MonolithRequest): Promise<Expectation> {
  const { schema, universe, document, variables, faults } = request;
  const availability = new AvailabilityOracle(universe, faults);
  const types = new Map<Path, GraphQLOutputType>();
  const open = new Set<string>();
  const wild = new Set<string>();
  let mutations = 0;
  const answer = await execute({
    schema,
    document,
    variableValues: variables,
    typeResolver: (value: unknown) => (isThing(value) ? value.type : undefined),
    fieldResolver(source: unknown, args, _context, { fieldName, parentType, path, returnType }) {
      types.set(path, returnType);
      const isRoot = parentType === schema.getMutationType() || parentType === schema.getQueryType();
      if (!isRoot && !isThing(source)) return (source as Record<string, unknown>)[fieldName];
      const kind = parentType === schema.getMutationType() ? 'Mutation' : 'Query';
      let thing = isThing(source) ? source : rootThing(kind);
      const state = availability.of(thing, fieldName);
      if (state === 'failed') throw new Error('The only subgraphs that have this are down.');
      if (state === 'absent') return null;
      if (state === 'wild') wild.add(nullPlace(path, types));
      const isOpen = state === 'open' || availability.hidesTypes(thing, fieldName);
      if (isOpen) open.add(nullPlace(path, types));
      if (kind === 'Mutation' && isRoot) thing = rootThing(kind, ++mutations);
      const value = universe.valueOf(thing, fieldName, args, { epoch: mutations });
      if (isOpen) for (const place of itemPlaces(value, toPlace(path))) open.add(place);
      return value;
    },
  });
  return { answer: JSON.parse(JSON.stringify(answer)) as ExecutionResult, open, wild };
}

/** What becomes null when the value at a path cannot be had. */
function nullPlace(path: Path | undefined, types: ReadonlyMap<Path, GraphQLOutputType>): string {
  let place = path;
  while (place !== undefined && isNonNullType(typeAt(place, types))) place = place.prev;
  return toPlace(place);
}

function typeAt(path: Path, types: ReadonlyMap<Path, GraphQLOutputType>): GraphQLOutputType | undefined {
  const type = types.get(path);
  if (type !== undefined || path.prev === undefined) return type;
  const list = typeAt(path.prev, types);
  const nullable = isNonNullType(list) ? list.ofType : list;
  return isListType(nullable) ? nullable.ofType : undefined;
}

function itemPlaces(value: unknown, place: string): readonly string[] {
  if (!Array.isArray(value)) return [place];
  return value.flatMap((item: unknown, index) => itemPlaces(item, `${place}.${index}`));
}

function toPlace(path: Path | undefined): string {
  const steps: (string | number)[] = [];
  for (let step = path; step !== undefined; step = step.prev) steps.unshift(step.key);
  return steps.join('.');
}
