import { buildSchema } from 'graphql';
import type { Supergraph } from '../../schema/supergraph/supergraph.ts';
import type { CacheConfig } from '../config/cache.ts';
import { CacheModel } from './cache-model.ts';
import { GraphTypes } from './entities/graph-types.ts';

/** The types of a supergraph as subgraphs know them, and what is said of caching them. Building that takes long, so it is done when it is needed. */
export class CacheGraph {
  readonly #supergraph: Supergraph;
  readonly #config: CacheConfig;
  #types: GraphTypes | undefined;
  #model: CacheModel | undefined;

  constructor(supergraph: Supergraph, config: CacheConfig) {
    this.#supergraph = supergraph;
    this.#config = config;
  }

  get types(): GraphTypes {
    this.#types ??= new GraphTypes(buildSchema(this.#supergraph.sdl, { assumeValidSDL: true }));
    return this.#types;
  }

  get model(): CacheModel {
    const { schema } = this.types;
    this.#model ??= new CacheModel({ supergraph: this.#supergraph, schema, config: this.#config });
    return this.#model;
  }

  /** Whether fields are computed from fields of other subgraphs anywhere. */
  get hasRequires(): boolean {
    return /\brequires:\s*"/.test(this.#supergraph.sdl);
  }
}
