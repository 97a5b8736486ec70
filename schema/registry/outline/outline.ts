/** A supergraph as people read it: plain data, without the machinery of federation. */
export interface Outline {
  /** The teams' names of the subgraphs, in order. */
  readonly subgraphs: readonly string[];
  /** In the order of their names. */
  readonly types: readonly OutlineType[];
}

export type OutlineKind = 'object' | 'interface' | 'union' | 'enum' | 'input' | 'scalar';

/** What is said of everything that has a coordinate. */
interface OutlineElement {
  readonly name: string;
  /** Such as `User`, `User.email`, `Query.user(id:)`. */
  readonly coordinate: string;
  readonly description: string | undefined;
  /** Whether clients do not see it. */
  readonly isHidden: boolean;
  /** Directives that mean something to readers, as they are written: `@tag(name: "internal")`. */
  readonly directives: readonly string[];
}

export interface OutlineType extends OutlineElement {
  readonly kind: OutlineKind;
  /** Whether operations begin here. */
  readonly isRoot: boolean;
  /** Interfaces that it implements. */
  readonly interfaces: readonly string[];
  /** Of a union its members, of an interface what implements it. */
  readonly members: readonly string[];
  /** Subgraphs that have it. */
  readonly subgraphs: readonly string[];
  /** What subgraphs load it by. */
  readonly keys: readonly OutlineKey[];
  /** Fields, input fields, or values of an enum. */
  readonly fields: readonly OutlineField[];
}

interface OutlineKey {
  /** Such as `upc` or `id region { code }`. */
  readonly fields: string;
  /** Subgraphs that load it so. */
  readonly subgraphs: readonly string[];
}

/** A field, an argument or a value of an enum. */
export interface OutlineField extends OutlineElement {
  /** Such as `[User!]!`; empty for the value of an enum. */
  readonly type: string;
  /** The type's name without lists and marks. */
  readonly typeName: string;
  readonly arguments: readonly OutlineField[];
  /** As it is written. */
  readonly defaultValue: string | undefined;
  readonly deprecation: OutlineDeprecation | undefined;
  readonly sources: readonly OutlineSource[];
}

export interface OutlineDeprecation {
  readonly reason: string;
  /** The day from which on it may be gone, such as `2027-01-31`. */
  readonly sunset: string | undefined;
}

/** A subgraph that answers a field. */
export interface OutlineSource {
  readonly subgraph: string;
  /** What it needs of other subgraphs for it. */
  readonly requires: string | undefined;
  /** What else of the answer it knows. */
  readonly provides: string | undefined;
  /** The label of a rollout by which it takes the field over. */
  readonly label: string | undefined;
}
