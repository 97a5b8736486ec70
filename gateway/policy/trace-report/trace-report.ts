import type { ExecutionResult } from 'graphql';
import { type SpanReport, stepAttribute } from '../../telemetry/traces/span.ts';
import type { Policy, PolicyRequest } from '../policy.ts';

/** Gives how a request is answered, as JSON, with how each step went, where that is known; `undefined` where no plans are made. */
export type DescribeRun = (request: PolicyRequest, timingOf?: (step: number) => object | undefined) => unknown;

/**
 * Shows the trace of a request in `extensions.trace` of its answer, with the plan and its timings, to who has asked for it with a signed
 * header. Of the events of a subscription, the first has it.
 */
export function createTraceReport(describeRun: DescribeRun): Policy {
  return {
    name: 'traceReport',
    enforce(request) {
      let { trace } = request;
      if (trace?.isOnDemand !== true) return {};
      return {
        isGuarded: true,
        onAnswer(answer, onHeader): ExecutionResult | undefined {
          if (answer === undefined || trace === undefined) return answer;
          const report = trace.report();
          trace = undefined;
          const plan = describeRun(request, (step) => timingOf(report.spans, step));
          onHeader?.('cache-control', 'no-store');
          return { ...answer, extensions: { ...answer.extensions, trace: { ...report, plan } } };
        },
      };
    },
  };
}

function timingOf(spans: readonly SpanReport[], step: number) {
  const span = spans.find(({ attributes }) => attributes[stepAttribute] === step);
  return span && { startMs: span.startMs, durationMs: span.durationMs };
}
