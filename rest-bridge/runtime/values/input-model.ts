import {
  type GraphQLArgument,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql';
import { DirectiveError } from '../rest-problem.ts';
import { readRestName } from '../sdl/read-directives.ts';
import { isRecord } from './is-record.ts';
import { readOwn } from './source.ts';

/** Turns a coerced input value into what the backend takes: its names instead of GraphQL's. */
type InputWriter = (value: unknown) => unknown;

interface InputMember {
  readonly name: string;
  readonly restName: string;
  readonly write: InputWriter;
}

/** Where a value lies in the arguments of a field. */
export interface ArgumentPath {
  /** `undefined` for all arguments together, and below a free-form scalar. */
  readonly type: GraphQLInputType | undefined;
  readonly read: (args: Readonly<Record<string, unknown>>) => unknown;
}

/** Compiles how input values are found and written, each input type once. */
export class InputModel {
  readonly #members = new Map<string, readonly InputMember[]>();

  /**
   * Compiles a path from the arguments of a field; an empty path is all of them as one object.
   *
   * @throws DirectiveError when the path names an argument or input field that is not there or goes into a list.
   */
  compilePath(args: readonly GraphQLArgument[], path: readonly string[]): ArgumentPath {
    const [name, ...rest] = path;
    if (name === undefined) {
      const members = args.map((arg) => this.#member(arg));
      return { type: undefined, read: (values) => writeMembers(values, members) };
    }
    const argument = args.find((arg) => arg.name === name);
    if (!argument) throw new DirectiveError(`There is no argument "${name}".`);
    let type: GraphQLInputType | undefined = argument.type;
    for (const step of rest) type = type && fieldType(type, step);
    const write = type ? this.#writer(type) : (value: unknown) => value;
    return {
      type,
      read: (values) => {
        let value: unknown = values;
        for (const step of path) value = readOwn(value, step);
        return value === undefined || value === null ? value : write(value);
      },
    };
  }

  #member(field: Pick<GraphQLArgument, 'name' | 'type' | 'astNode'>): InputMember {
    return { name: field.name, restName: readRestName(field.astNode) ?? field.name, write: this.#writer(field.type) };
  }

  #writer(type: GraphQLInputType): InputWriter {
    const named = getNamedType(type);
    if (!isInputObjectType(named)) return (value) => value;
    const members = this.#membersOf(named);
    return (value) => writeObjects(value, members);
  }

  #membersOf(type: GraphQLInputObjectType): readonly InputMember[] {
    const known = this.#members.get(type.name);
    if (known) return known;
    const members: InputMember[] = [];
    // Known before it is complete: an input type may hold itself.
    this.#members.set(type.name, members);
    for (const field of Object.values(type.getFields())) members.push(this.#member(field));
    return members;
  }
}

function writeObjects(value: unknown, members: readonly InputMember[]): unknown {
  if (Array.isArray(value)) return value.map((item) => writeObjects(item, members));
  return isRecord(value) ? writeMembers(value, members) : value;
}

function writeMembers(values: Readonly<Record<string, unknown>>, members: readonly InputMember[]): unknown {
  const written: Record<string, unknown> = Object.create(null);
  for (const { name, restName, write } of members) {
    const value = readOwn(values, name);
    if (value !== undefined) written[restName] = write(value);
  }
  return written;
}

function fieldType(type: GraphQLInputType, name: string): GraphQLInputType | undefined {
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) throw new DirectiveError(`An expression cannot go into a list to find "${name}".`);
  if (isScalarType(nullable) && !isSpecifiedScalarType(nullable)) return undefined;
  const field = isInputObjectType(nullable) ? nullable.getFields()[name] : undefined;
  if (!field) throw new DirectiveError(`${getNamedType(nullable).name} has no field "${name}".`);
  return field.type;
}
