import { buildASTSchema, type GraphQLSchema, parse } from 'graphql';
import type { Planner, PlanOutcome } from '../../checks/compare-plans.ts';
import { listDeprecations } from '../../checks/list-deprecations.ts';
import { type ComposedSupergraph, readComposed } from '../../supergraph/read-composed.ts';
import { readSunsets, type Sunset } from '../../supergraph/read-sunsets.ts';
import type { Supergraph } from '../../supergraph/supergraph.ts';

/** Makes what plans operations on a supergraph with its public schema. */
export type PlannerOf = (supergraph: Supergraph, schema: GraphQLSchema) => Planner;

interface Deprecations {
  readonly sunsets: ReadonlyMap<string, Sunset>;
  /** Coordinates. */
  readonly all: ReadonlySet<string>;
}

/** A supergraph that tasks come back to. What is worked out of it is worked out when it is first asked for, and once. */
export class KeptSupergraph {
  readonly sdl: string;
  #composed: ComposedSupergraph | undefined;
  #planner: Planner | undefined;
  #deprecations: Deprecations | undefined;

  constructor(sdl: string) {
    this.sdl = sdl;
  }

  /** One that was composed just now. */
  static of(supergraph: Supergraph): KeptSupergraph {
    const kept = new KeptSupergraph(supergraph.sdl);
    const document = parse(supergraph.publicSdl, { noLocation: true });
    const schema = buildASTSchema(document, { assumeValid: true, assumeValidSDL: true });
    kept.#composed = { supergraph, schema };
    return kept;
  }

  get supergraph(): Supergraph {
    return this.#read().supergraph;
  }

  /** What clients see. */
  get schema(): GraphQLSchema {
    return this.#read().schema;
  }

  /** Plans operations; one that comes again, as with the next check against the same version, is not planned anew. */
  plannerBy(plannerOf: PlannerOf): Planner {
    this.#planner ??= remember(plannerOf(this.supergraph, this.schema));
    return this.#planner;
  }

  /** Since which day something is deprecated that is so after this supergraph; `undefined` when it was so in it, and nobody knows. */
  sinceOf(coordinate: string, today: string): string | undefined {
    this.#deprecations ??= {
      sunsets: readSunsets(this.sdl),
      all: new Set(listDeprecations(this.supergraph).map((one) => one.coordinate)),
    };
    const { sunsets, all } = this.#deprecations;
    return all.has(coordinate) ? sunsets.get(coordinate)?.since : today;
  }

  #read(): ComposedSupergraph {
    this.#composed ??= readComposed(this.sdl);
    return this.#composed;
  }
}

/** As many as a check plans at most. */
const mostOutcomes = 10_000;

function remember(planner: Planner): Planner {
  const outcomes = new Map<string, PlanOutcome>();
  return (operation) => {
    const key = `${operation.hash} ${operation.name}`;
    const known = outcomes.get(key);
    if (known !== undefined) return known;
    const outcome = planner(operation);
    if (outcomes.size < mostOutcomes) outcomes.set(key, outcome);
    return outcome;
  };
}
