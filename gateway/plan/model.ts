import type { SelectionSetNode } from 'graphql';

/** What a supergraph says about which subgraph can answer what; subgraphs are named by their value of `join__Graph`. */
export interface SupergraphModel {
  /** The teams' names of the subgraphs, by graph. */
  readonly graphs: ReadonlyMap<string, string>;
  /** Objects, interfaces and unions, those that are `@inaccessible` to clients too. */
  readonly types: ReadonlyMap<string, CompositeType>;
}

/** An object type, interface or union. */
export interface CompositeType {
  readonly kind: 'object' | 'interface' | 'union';
  readonly name: string;
  /** Without `__typename`. */
  readonly fields: ReadonlyMap<string, Field>;
  /** By graph that has it. */
  readonly graphs: ReadonlyMap<string, TypeInGraph>;
  /** The object types that it may be; an object type is itself. */
  readonly possible: ReadonlySet<string>;
}

/** A type as one subgraph knows it. */
export interface TypeInGraph {
  /**
   * Its name there: that of the type, or for an object type whose interface is an `@interfaceObject` there, that of the
   * interface.
   */
  readonly view: string;
  /** Whether objects do not know there which object type they are. */
  readonly isInterfaceObject: boolean;
  /** By which the subgraph can load it. */
  readonly keys: readonly Key[];
  /** All keys, those by which it cannot be loaded too: their fields are known wherever the object is. */
  readonly keyFields: readonly SelectionSetNode[];
  /** The object types that it may be there. */
  readonly possible: readonly string[];
}

export interface Key {
  /** As the directive has it. */
  readonly text: string;
  readonly fields: SelectionSetNode;
}

/** The type of a field. */
export interface OutputType {
  /** As GraphQL text. */
  readonly text: string;
  /** The name without lists and exclamation marks. */
  readonly named: string;
  /** How many lists there are. */
  readonly lists: number;
  /** The text, but that of types with fields only lists and exclamation marks count, as in `SameResponseShape`. */
  readonly shape: string;
}

export interface Field {
  readonly name: string;
  readonly type: OutputType;
  /** By graph that resolves it. */
  readonly graphs: ReadonlyMap<string, FieldInGraph>;
}

/** A field as one subgraph resolves it. */
export interface FieldInGraph {
  /** Its type there. */
  readonly type: OutputType;
  readonly requires: SelectionSetNode | undefined;
  readonly provides: SelectionSetNode | undefined;
}
