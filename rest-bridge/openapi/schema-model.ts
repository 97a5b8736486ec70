import type { RestBodyType, RestMethod, RestStyle } from './endpoint.ts';
import type { ScalarName } from './scalars.ts';

/** A type as a field or an argument has it; named types are known by number until all of them have their names. */
export type TypeRef =
  | { readonly kind: 'scalar'; readonly name: ScalarName }
  | { readonly kind: 'named'; readonly id: number }
  | { readonly kind: 'list'; readonly item: TypeRef; readonly itemNullable: boolean };

/** A field of a type or an input, or an argument. */
export interface Field {
  readonly name: string;
  readonly restName: string | undefined;
  type: TypeRef;
  nonNull: boolean;
  readonly description: string | undefined;
  readonly deprecated: boolean;
  /** Value of GraphQL as it is printed. */
  readonly defaultValue?: string | undefined;
}

/** A field of Query or Mutation. */
export interface RootField extends Field {
  readonly arguments: readonly Field[];
  readonly rest: RestCall;
}

/** What `@rest` says; values are templates. */
export interface RestCall {
  readonly method: RestMethod;
  readonly path: string;
  readonly query: readonly RestValue[];
  readonly headers: readonly RestValue[];
  /** An argument that is sent whole, or the keys of a batch as a template. */
  readonly body: RestBody | undefined;
  readonly batch?: { readonly matchOn: string; readonly maxSize: number | undefined };
}

export type RestBody =
  | { readonly kind: 'argument'; readonly type: RestBodyType; readonly argument: Field }
  | { readonly kind: 'keys'; readonly property: string | undefined; readonly value: string };

export interface RestValue {
  readonly name: string;
  readonly value: string;
  /** Absent: repeated, as by default. */
  readonly style?: RestStyle | undefined;
}

interface Named {
  readonly id: number;
  /** Name that it gets unless another type has it. */
  wantedName: string;
  /** Whether the document itself gives it that name: such types choose first. */
  readonly isComponent: boolean;
  readonly description: string | undefined;
}

export interface ObjectDefinition extends Named {
  readonly kind: 'object';
  readonly fields: Field[];
  readonly interfaces: number[];
  /** How it is loaded as an entity, by each of its keys. */
  readonly keys: { readonly field: string; readonly rest: RestCall }[];
}

export interface InputDefinition extends Named {
  readonly kind: 'input';
  readonly fields: Field[];
}

interface EnumDefinition extends Named {
  readonly kind: 'enum';
  readonly values: readonly { readonly name: string; readonly restName: string | undefined }[];
}

/** How an object tells which member it is. */
export interface Discriminator {
  readonly property: string;
  readonly mapping: readonly { readonly value: string; readonly type: number }[];
}

interface UnionDefinition extends Named {
  readonly kind: 'union';
  readonly members: readonly number[];
  readonly discriminator: Discriminator | undefined;
}

export interface InterfaceDefinition extends Named {
  readonly kind: 'interface';
  readonly fields: Field[];
  members: readonly number[];
  discriminator: Discriminator | undefined;
}

export type Definition = ObjectDefinition | InputDefinition | EnumDefinition | UnionDefinition | InterfaceDefinition;
