import { createContext, Script } from 'node:vm';

const context = createContext(Object.create(null));
const call = new Script('run()');

/**
 * Runs something synchronous and ends it by force after `timeoutMs`, wherever it is, WebAssembly included. What it worked on must
 * not be used any more then. Setting the limit up takes about a tenth of a millisecond.
 * @throws RangeError when the time is over
 */
export function runInTime(run: () => unknown, timeoutMs: number): unknown {
  context['run'] = run;
  try {
    return call.runInContext(context, { timeout: timeoutMs });
  } catch (error) {
    throw isTimeout(error) ? new RangeError(`It has not ended within ${timeoutMs} ms.`) : error;
  } finally {
    context['run'] = undefined;
  }
}

/** An error of the context's own realm, so no `Error` of this one. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
