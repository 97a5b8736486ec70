/** One subgraph of a case: federation SDL as a team would write it. */
export interface CaseSubgraph {
  readonly name: string;
  readonly sdl: string;
}

export interface CaseOperation {
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Variables of another request for the same operation. */
  readonly others?: Readonly<Record<string, unknown>>;
  /** Subgraphs that fail every fetch of this operation. */
  readonly down?: readonly string[];
  /** Subgraphs that answer nonsense. */
  readonly broken?: readonly string[];
}

/** What goes wrong for one request. */
export type CaseFaults = Required<Pick<CaseOperation, 'down' | 'broken'>>;

/** How often, in percent, data is not there. All of it is a function of the seed. */
export interface CaseData {
  readonly seed: number;
  /** Values that may be null. */
  readonly nulls: number;
  /** Fields of objects that fail, wherever they are asked for. */
  readonly errors: number;
  /** Entities that a subgraph does not know, though others refer to them. */
  readonly dangling: number;
}

/** Everything that a run needs, as text that can be read, kept and written by hand. */
export interface Case {
  readonly subgraphs: readonly CaseSubgraph[];
  readonly data: CaseData;
  readonly operations: readonly CaseOperation[];
}
