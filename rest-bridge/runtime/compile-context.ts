import type { BaseUrl } from './request/base-url.ts';
import type { InputModel } from './values/input-model.ts';
import type { SourceModel } from './values/source-model.ts';

/** What is shared while one subgraph is compiled. */
export interface CompileContext {
  readonly base: BaseUrl;
  readonly sources: SourceModel;
  readonly inputs: InputModel;
}
