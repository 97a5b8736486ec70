import {
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type TypeNode,
} from 'graphql';
import { namedType } from '../subgraph/named-type.ts';
import { type IndexedType, indexTypes } from '../subgraph/type-index.ts';
import type { Problem } from '../supergraph/problem.ts';
import type { EntityLookup } from '../supergraph/supergraph.ts';

type Types = ReadonlyMap<string, IndexedType>;

/** Holds the configured lookups of a service without federation against its schema, whose query type is named `Query`. */
export function checkEntities(
  subgraph: string,
  entities: Readonly<Record<string, EntityLookup>>,
  document: DocumentNode,
): readonly Problem[] {
  const types = indexTypes(document);
  return Object.entries(entities).flatMap(([type, lookup]) =>
    [...checkKey(type, lookup, types), ...checkField(type, lookup, types)].map((flaw) => ({
      code: flaw.code,
      message: `entities.${type}: ${flaw.message}`,
      subgraph,
      coordinate: flaw.coordinate,
    })),
  );
}

interface Flaw {
  readonly code: string;
  readonly message: string;
  readonly coordinate: string;
}

function checkKey(name: string, { key }: EntityLookup, types: Types): readonly Flaw[] {
  const type = types.get(name);
  if (type?.kind !== 'object') {
    const message = type === undefined ? `there is no type ${name}.` : `${name} is not an object type.`;
    return [{ code: 'ENTITY_TYPE_UNKNOWN', message, coordinate: name }];
  }
  const field = type.fields.get(key);
  const coordinate = `${name}.${key}`;
  if (field === undefined) {
    return [
      {
        code: 'ENTITY_KEY_UNKNOWN',
        message: `the key must be one field of ${name}, and there is no ${coordinate}.`,
        coordinate,
      },
    ];
  }
  if (!isLeaf(field.type, types) || listDepth(field.type) > 0) {
    return [
      { code: 'ENTITY_KEY_UNKNOWN', message: `the key ${coordinate} must be one scalar or enum value.`, coordinate },
    ];
  }
  return [];
}

function checkField(name: string, lookup: EntityLookup, types: Types): readonly Flaw[] {
  const field = types.get('Query')?.fields.get(lookup.field);
  const coordinate = `Query.${lookup.field}`;
  if (field === undefined) {
    return [{ code: 'ENTITY_FIELD_UNKNOWN', message: `there is no field ${coordinate} to load it with.`, coordinate }];
  }
  return [...checkArguments(name, lookup, field, types), ...checkResult(name, lookup, field, types)];
}

function checkArguments(name: string, lookup: EntityLookup, field: FieldDefinitionNode, types: Types): readonly Flaw[] {
  const args = field.arguments ?? [];
  const argument = args.find((candidate) => candidate.name.value === lookup.argument);
  const coordinate = `Query.${lookup.field}(${lookup.argument}:)`;
  const flaw = (message: string): Flaw => ({ code: 'ENTITY_ARGUMENT_MISMATCH', message, coordinate });
  const others = args
    .filter((other) => other !== argument && isRequired(other))
    .map((other) => flaw(`Query.${lookup.field} also requires ${other.name.value}, which nobody would give.`));
  if (argument === undefined) {
    return [{ code: 'ENTITY_ARGUMENT_UNKNOWN', message: `there is no argument ${coordinate}.`, coordinate }, ...others];
  }
  const depth = listDepth(argument.type);
  if (depth !== Number(lookup.list)) {
    const advice = ['takes one value; set list: false', 'takes a list; set list: true'][depth] ?? 'takes nested lists';
    return [flaw(`${coordinate} ${advice}.`), ...others];
  }
  const key = types.get(name)?.fields.get(lookup.key);
  const [from, to] = [key && namedType(key.type), namedType(argument.type)];
  if (!isLeaf(argument.type, types) || (from !== undefined && !canPass(from, to))) {
    return [flaw(`${coordinate} is of type ${to}, which does not take the key ${name}.${lookup.key}.`), ...others];
  }
  return others;
}

function checkResult(name: string, lookup: EntityLookup, field: FieldDefinitionNode, types: Types): readonly Flaw[] {
  const coordinate = `Query.${lookup.field}`;
  const result = namedType(field.type);
  const flaw = (message: string): readonly Flaw[] => [{ code: 'ENTITY_RESULT_MISMATCH', message, coordinate }];
  const isEntity =
    result === name || types.get(name)?.interfaces.has(result) || types.get(result)?.members.has(name) === true;
  if (!isEntity) return flaw(`${coordinate} answers ${result}, which is not ${name}.`);
  if (listDepth(field.type) === Number(lookup.list)) return [];
  return flaw(`${coordinate} must answer ${lookup.list ? `a list of ${name}, one for each key` : `one ${name}`}.`);
}

const builtIn = new Set(['ID', 'String', 'Int', 'Float', 'Boolean']);
const coercible = new Set(['ID>String', 'String>ID', 'Int>ID', 'Int>Float']);

// Of custom scalars and enums only the service knows what they take.
function canPass(from: string, to: string): boolean {
  return from === to || !builtIn.has(from) || !builtIn.has(to) || coercible.has(`${from}>${to}`);
}

function isLeaf(type: TypeNode, types: Types): boolean {
  return (types.get(namedType(type))?.kind ?? 'leaf') === 'leaf';
}

function isRequired({ type, defaultValue }: InputValueDefinitionNode): boolean {
  return type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined;
}

function listDepth(type: TypeNode): number {
  if (type.kind === Kind.NAMED_TYPE) return 0;
  return listDepth(type.type) + Number(type.kind === Kind.LIST_TYPE);
}
