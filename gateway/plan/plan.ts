/**
 * How an operation is answered, as plain data: equal for equal supergraphs and operations. Objects of a place are found where their first
 * fetch brought them; what other fetches bring of the same objects hangs on links, which are numbered.
 */
export interface Plan {
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** Run one after the other; more than one only in mutations. */
  readonly stages: readonly Stage[];
  readonly answer: ObjectShape;
}

export interface Stage {
  readonly steps: readonly Step[];
}

export type Step = FetchStep | AttachStep;

/** One request to a subgraph. */
export interface FetchStep {
  readonly kind: 'fetch';
  readonly id: number;
  readonly subgraph: string;
  /** Steps that must have ended. */
  readonly after: readonly number[];
  readonly operationKind: 'query' | 'mutation' | 'subscription';
  readonly text: string;
  /** Names of the client's variables that it uses. */
  readonly variables: readonly string[];
  /** Where its data hangs on the root; `undefined` when it asks for entities. */
  readonly link: number | undefined;
  readonly entities: readonly EntityFetch[];
  /**
   * What is sent instead when something that is required of an object is missing: what can be had without it is asked in a list of its
   * own. `undefined` when it is so anyway.
   */
  readonly apart: Pick<FetchStep, 'text' | 'entities'> | undefined;
}

/** One `_entities` field of a fetch. */
export interface EntityFetch {
  /** Its response key. */
  readonly key: string;
  /** The variable with the representations. */
  readonly variable: string;
  /** Whether its entities are asked for by an interface, so that they say themselves what they are. */
  readonly isAbstract: boolean;
  /** Whose entities it loads; equal ones are loaded once. */
  readonly targets: readonly EntityTarget[];
}

/** Objects whose entities are loaded. */
export interface EntityTarget {
  readonly place: Place;
  /** Where the entities hang on the objects. */
  readonly links: readonly number[];
  /** Name of the type in the subgraph, by object type; one text when the object type does not matter. */
  readonly views: string | Readonly<Record<string, string>>;
  /** Without one of them there is no representation. */
  readonly key: readonly FieldShape[];
  /** What fields of the entity require (`@requires`). */
  readonly required: readonly FieldShape[];
}

/** Puts the objects of a field that a second subgraph answered on a link of those of the first. */
export interface AttachStep {
  readonly kind: 'attach';
  readonly id: number;
  readonly after: readonly number[];
  readonly link: number;
  readonly places: readonly Place[];
  readonly first: FieldSource;
  readonly second: FieldSource;
}

/** Where a field's value is: on the object itself, or on a link of it. */
export interface FieldSource {
  readonly link: number | undefined;
  readonly key: string;
}

/** Objects: those of a field of objects, or the root. */
export interface Place {
  /** Equal for equal places of a plan, and from 0 on. */
  readonly id: number;
  readonly parent: PlaceParent | undefined;
  /** Only objects of these types; `undefined` for all. */
  readonly types: readonly string[] | undefined;
  readonly typename: Typename;
}

/** The field whose objects a place is. */
export interface PlaceParent {
  readonly place: Place;
  readonly source: FieldSource;
  /** How many lists they are within. */
  readonly lists: number;
}

/** The object type of an object, or where it is written. */
export type Typename = { readonly kind: 'constant'; readonly name: string } | ({ readonly kind: 'read' } & FieldSource);

/** How objects are written. */
export interface ObjectShape {
  readonly typename: Typename;
  /** One for each object type that is written in its own way. */
  readonly cases: readonly ObjectCase[];
}

interface ObjectCase {
  /** `undefined` for all. */
  readonly types: readonly string[] | undefined;
  readonly fields: readonly FieldShape[];
}

/** How one field is written. */
export interface FieldShape {
  /** Its response key. */
  readonly key: string;
  readonly parentType: string;
  readonly name: string;
  /** The type, such as `[Product!]!`. */
  readonly type: string;
  /** `undefined` for the type's name. */
  readonly source: FieldSource | undefined;
  /** Who answers it; `undefined` for the type's name. */
  readonly subgraph: string | undefined;
  /** `undefined` for a leaf. */
  readonly objects: ObjectShape | undefined;
}
