/** What the gateway tells GraphiQL of an operation, as JSON. Times are in milliseconds. */

/** One request to a subgraph. */
export interface ExplainedFetch {
  readonly kind: 'fetch';
  /** From 1 on. */
  readonly id: number;
  readonly subgraph: string;
  readonly after: readonly number[];
  readonly operation: string;
  /** Names of the client's variables that it is sent. */
  readonly variables: readonly string[];
  readonly entities: readonly {
    readonly types: readonly string[];
    readonly as?: readonly string[];
    readonly at: string;
    readonly key: string;
    readonly requires?: string;
  }[];
  /** How it went; left out when it was not made. */
  readonly timing?: ExplainedRun;
}

/** How one fetch went. */
interface ExplainedRun {
  /** Since the plan was begun. */
  readonly startMs: number;
  readonly durationMs: number;
  /** Of the answer's JSON; left out when it was not read from JSON. */
  readonly bytes?: number | undefined;
  /** How many entities were asked for. */
  readonly entities: number;
  readonly errorCount: number;
  /** The first ones, as clients see them. */
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}

/** What a second subgraph answered for a field is put beside what the first one did. */
interface ExplainedAttachment {
  readonly kind: 'attach';
  readonly id: number;
  readonly after: readonly number[];
  readonly at: readonly string[];
}

export interface ExplainedPlan {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly fetches: number;
  readonly waves: readonly (readonly (ExplainedFetch | ExplainedAttachment)[])[];
}

/** What one field adds to the estimate. */
export interface ExplainedShare {
  /** Fields around it. */
  readonly depth: number;
  readonly responseName: string;
  readonly coordinate: string;
  /** All of it: of every object that it is taken to be on, with everything below. */
  readonly cost: number;
  /** How many values it is taken to have on one object. */
  readonly size: number;
  /** What one value costs with everything below. */
  readonly each: number;
  readonly arguments: number;
}

export interface ExplainedCost {
  /** Of the operation as such: what a mutation costs before any of its fields. */
  readonly base: number;
  readonly estimated: number;
  /** What this client may spend on one operation; left out when nothing limits it. */
  readonly limit?: number | undefined;
  readonly fields: readonly ExplainedShare[];
  readonly subgraphs: readonly {
    readonly subgraph: string;
    readonly estimated: number;
    readonly limit?: number | undefined;
  }[];
}

/** Something that a guarded place demands. */
interface ExplainedDemand {
  /** Where it stands in the schema. */
  readonly coordinate: string;
  readonly requirement: string;
  readonly met: boolean;
  /** Names of subgraphs, or the place in the configuration; `supergraph` when it is not known which subgraphs say so. */
  readonly from: readonly string[];
}

/** One guarded place of an operation. */
export interface ExplainedPlace {
  readonly path: string;
  readonly allowed: boolean;
  /** What goes with it when it is null, as it may not be null by itself; `data` for everything. */
  readonly nullAt?: string | undefined;
  readonly demands: readonly ExplainedDemand[];
}

/** Who asks, as the gateway knows them. */
export interface ExplainedIdentity {
  readonly kind: string;
  readonly subject?: string | undefined;
  readonly tier?: string | undefined;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
}

export interface ExplainedAccess {
  readonly identity: ExplainedIdentity;
  /** What becomes of what is denied: it is null, the whole operation is refused, or that is only logged. */
  readonly denied: 'nulled' | 'refused' | 'logged';
  readonly places: readonly ExplainedPlace[];
}

/** A sentence about what is wrong. */
export interface ExplainedProblem {
  readonly code: string;
  readonly message: string;
  /** Lines and columns of the document, from 1 on. */
  readonly locations?: readonly { readonly line: number; readonly column: number }[] | undefined;
}

/** How an operation would be answered to who asks. */
export interface Explained {
  readonly operation?: { readonly kind: ExplainedPlan['kind']; readonly name?: string | undefined } | undefined;
  /** What is wrong with the document or its variables. Where only the variables are, all else is told as if they had their defaults. */
  readonly problems: readonly ExplainedProblem[];
  /** Why it would be refused, each on its own. */
  readonly refusals: readonly ExplainedProblem[];
  /** Of what would be run; left out when there is none. */
  readonly plan?: ExplainedPlan | undefined;
  /** Why there is no plan. */
  readonly noPlan?: string | undefined;
  readonly cost?: ExplainedCost | undefined;
  readonly access?: ExplainedAccess | undefined;
}

/** How an operation was answered: `extensions.explained` of its answer, for who asks with the header `x-overlock-explain: 1`. */
export interface ExplainedAnswer {
  /** Left out when no plan was made. */
  readonly plan?: ExplainedPlan | undefined;
  readonly cost: { readonly estimated: number; readonly actual: number };
}
