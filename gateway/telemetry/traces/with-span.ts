import type { Telemetry } from '../telemetry.ts';
import type { Span } from './span.ts';

const noHeaders: Readonly<Record<string, string>> = Object.freeze(Object.create(null));

/** Runs a stage inside a span; what it gives at once is given at once. */
export const withStage: Telemetry['withStage'] = (stage, run, trace) => {
  if (trace === undefined) return run();
  const span = trace.begin(stage, 'internal');
  try {
    const done = run();
    if (!(done instanceof Promise)) {
      span.end();
      return done;
    }
    return settle(done, span);
  } catch (error) {
    span.end(error);
    throw error;
  }
};

/** Runs a fetch inside a client span, with the headers by which the subgraph continues the trace. */
export const withFetch: Telemetry['withFetch'] = (subgraph, kind, run, parent) => {
  if (parent === undefined) return run(noHeaders);
  const attributes = { 'peer.service': subgraph, 'graphql.operation.type': kind };
  const span = parent.begin(`fetch ${subgraph}`, 'client', attributes);
  return settle(run(span.headers(), span), span);
};

async function settle<T>(work: Promise<T>, span: Span): Promise<T> {
  try {
    const done = await work;
    span.end();
    return done;
  } catch (error) {
    span.end(error ?? new Error('Something was thrown that is nothing.'));
    throw error;
  }
}
