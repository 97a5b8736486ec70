import type { Config } from './config/config.ts';
import type { Engine, EngineOptions } from './execute/engine.ts';

type CreateEngine = (options: EngineOptions) => Engine;

/** The engine that a configuration names, and no other: each brings libraries that take time and memory. */
export class EngineLoader {
  readonly #name: Config['engine'];
  #create: CreateEngine | undefined;

  constructor({ engine }: Pick<Config, 'engine'>) {
    this.#name = engine;
  }

  async load(): Promise<void> {
    this.#create = await createEngineOf(this.#name);
  }

  /** @throws Error before `load` */
  create(options: EngineOptions): Engine {
    if (this.#create === undefined) throw new Error('The engine was not loaded.');
    return this.#create(options);
  }
}

async function createEngineOf(name: Config['engine']): Promise<CreateEngine> {
  switch (name) {
    case 'compiled':
      return (await import('./execute/compiled-engine.ts')).createCompiledEngine;
    case 'stitched':
      return (await import('./stitch/stitched-engine.ts')).createStitchedEngine;
    default:
      return name satisfies never;
  }
}
