import type { FetchSelection } from './fetch-selection.ts';
import type { CompositeType } from './model.ts';
import type { FieldSource, Typename } from './plan.ts';
import type { SelectedField, SelectionSets } from './selected.ts';

/** Something that brings data: in the end a step, or a part of one. */
export type Origin = RootOrigin | EntityOrigin | AttachOrigin;

interface OriginBase {
  /** Where its data hangs. */
  readonly link: number;
  /** Of a mutation, the stage that it belongs to. */
  readonly stage: number;
  /** How many fetches come before it. */
  readonly depth: number;
}

export interface RootOrigin extends OriginBase {
  readonly kind: 'root';
  readonly selection: FetchSelection;
}

export interface EntityOrigin extends OriginBase {
  readonly kind: 'entities';
  readonly selection: FetchSelection;
  /** Those that it loads: the same subgraph's objects may stand at several places, or be planned by type. */
  readonly objects: Objects[];
  /** What the subgraph calls their types, each name once. */
  readonly views: readonly string[];
  readonly key: readonly PlannedField[];
  /** What `@requires` asks for. */
  required: readonly PlannedField[];
}

export interface AttachOrigin extends OriginBase {
  readonly kind: 'attach';
  readonly objects: Objects[];
  readonly first: FieldSource;
  readonly second: FieldSource;
  /** What it attaches. */
  readonly after: readonly Origin[];
}

/** A subgraph that holds objects. */
export interface Source {
  readonly graph: string;
  readonly selection: FetchSelection;
  /** What brought it. */
  readonly origin: Origin;
  /** Where it hangs on the objects; `undefined` when it brought the objects themselves. */
  readonly link: number | undefined;
  /** What the subgraph calls the objects' types, each name once; `undefined` when the selection is on a type. */
  readonly views: readonly string[] | undefined;
  readonly provided: SelectionSets | undefined;
  /**
   * Response keys of fields that objects of all types are asked for, when it does not know one type from another; what else must not be
   * null would take objects of other types with it. `undefined` when it knows.
   */
  readonly common: ReadonlySet<string> | undefined;
  /** Whether it could be asked only once other fields were there (`@requires`). */
  readonly isLate: boolean;
}

/** The objects at one place of the answer. */
export interface Position {
  /** `undefined` for the root. */
  readonly parent:
    | { readonly objects: Objects; readonly field: SelectedField; readonly source: FieldSource }
    | undefined;
  /** What brought the objects; `undefined` for the root. */
  readonly primary: Source | undefined;
  typename: Typename;
  cases: readonly Objects[];
}

/** Those objects at a position that are planned alike. */
export interface Objects {
  readonly position: Position;
  /** Their object types; `undefined` when the subgraphs do not know. */
  readonly types: readonly string[] | undefined;
  /** One of their types, or the interface when the types are not known. */
  readonly type: CompositeType;
  /** What tells of what types they are, and those that they are within; the nearest first. */
  readonly tellers: readonly Origin[];
  readonly sources: Source[];
  fields: readonly PlannedField[];
}

/** Where a field comes from. */
export interface PlannedField {
  readonly field: SelectedField;
  /** As printed. */
  readonly type: string;
  /** `undefined` for the name of the type. */
  readonly source: FieldSource | undefined;
  readonly graph: string | undefined;
  readonly origin: Origin | undefined;
  readonly below: Position | undefined;
}
