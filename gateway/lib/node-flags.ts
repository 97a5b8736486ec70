import { setFlagsFromString } from 'node:v8';

/** What was said about Node when it was started. */
export interface NodeFlagsSaid {
  /** The environment variable NODE_OPTIONS. */
  readonly nodeOptions: string | undefined;
  /** Flags of the command line. */
  readonly execArgv: readonly string[];
}

/**
 * What is made for a request is mostly gone before so much more is made, so that a collection of garbage finds little to keep. With 16 MB
 * as Node has it, 32 and 64, heavy requests were measured to take CPU time as 1 to 0.9 to 0.8, and 240, 270 and 320 MB of memory.
 */
const semiSpaceFlag = '--max-semi-space-size=32';

/** The flags that Node runs a gateway best with; none where the operator has chosen. */
export function missingNodeFlags({ nodeOptions = '', execArgv }: NodeFlagsSaid): readonly string[] {
  const isChosen = [nodeOptions, ...execArgv].some((text) => /max.semi.space.size/.test(text));
  return isChosen ? [] : [semiSpaceFlag];
}

/**
 * V8 makes objects old from the start when most of their kind have lived for long: which it finds out while a gateway is new, and slow.
 * What is fetched for a request hangs on such objects, and grows old with them, of each request from then on. Without, heavy requests
 * were measured to have a tenth as much copied to old memory; to be called before anything is compiled that answers requests.
 */
export function forbidPretenuring(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
