import { isDeepStrictEqual } from 'node:util';
import { answerOf } from '../scenario/monolith.ts';
import { queries } from '../scenario/queries.ts';
import type { Subgraphs } from '../scenario/subgraphs.ts';
import { ask } from './ask.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { applyLoad, type Load, type LoadReport } from './load.ts';
import { cpuMsOf, peakMegabytesOf, untilIdle } from './process-usage.ts';
import type { Workload } from './workloads.ts';

export interface MeasureOptions {
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly connections: number;
  /** The value of the header `authorization`, or what its values begin with. */
  readonly authorization?: string;
}

/** What one gateway did under one workload. */
export interface Measurement {
  readonly gateway: string;
  readonly workload: string;
  /** Of the gateway's process and its descendants, for each request. */
  readonly cpuMs: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The most that was resident since the start of the process. */
  readonly peakMegabytes: number;
  /** Fetches for each request, under load. */
  readonly fetches: number;
  /** Of a request that nothing is shared with. */
  readonly alone: { readonly fetches: number; readonly waves: number };
  /** Why the figures must not be believed; empty when all is well. */
  readonly problems: readonly string[];
}

/** Measures a running gateway, after it has shown that it answers right and has warmed up. */
export async function measure(
  gateway: GatewayProcess,
  workload: Workload,
  subgraphs: Subgraphs,
  options: MeasureOptions,
): Promise<Measurement> {
  const load = toLoad(gateway, workload, options);
  const expected = JSON.parse(await answerOf(queries[workload.query]));
  const check = async () => {
    const { status, text } = await ask(toQuestion(load));
    if (status !== 200 || !isDeepStrictEqual(JSON.parse(text), expected)) {
      throw new Error(`${gateway.contender.name} answers wrong: ${status} ${text.slice(0, 300)}`);
    }
    return text.length;
  };
  await check();
  const alone = await subgraphs.trace(check);
  if (options.warmupSeconds > 0) await applyLoad({ ...load, seconds: options.warmupSeconds });
  // What the load gave up is still worked on; who comes later is answered later.
  await check();
  await untilIdle(gateway.pid);

  const before = { cpuMs: cpuMsOf(gateway.pid), ...subgraphs.counts };
  const report = await applyLoad(load);
  const cpuMs = cpuMsOf(gateway.pid) - before.cpuMs;
  const fetches = subgraphs.counts.fetches - before.fetches;
  const authorized = subgraphs.counts.authorized - before.authorized;
  const bytes = await check();

  // Of what was given up, half was done on average.
  const requests = report.requests + report.abandoned / 2;
  return {
    gateway: gateway.contender.name,
    workload: workload.name,
    cpuMs: cpuMs / requests,
    requestsPerSecond: report.requests / report.seconds,
    p50Ms: report.p50Ms,
    p99Ms: report.p99Ms,
    peakMegabytes: peakMegabytesOf(gateway.pid),
    fetches: fetches / requests,
    alone,
    problems: [...loadProblems(report, bytes), ...sharingProblems(workload, report.requests, { fetches, authorized })],
  };
}

/** The load that a workload is. */
export function toLoad({ url }: GatewayProcess, { query, authorizations }: Workload, options: MeasureOptions): Load {
  const { seconds, connections, authorization = 'Bearer ' } = options;
  return { url, body: JSON.stringify({ query: queries[query] }), authorization, authorizations, connections, seconds };
}

function toQuestion({ url, body, authorization, authorizations }: Load) {
  return { url, body, authorization: authorizations > 0 ? authorization : undefined };
}

/** Nobody reads the answers under load; their number, status and size must do. */
function loadProblems({ requests, bytes, refused, broken, abandoned }: LoadReport, each: number): string[] {
  if (requests === 0) return ['No request was answered under load.'];
  const problems = [
    ...(refused > 0 ? [`${refused} of ${requests} requests were refused.`] : []),
    ...(broken > 0 ? [`${broken} connections broke or waited in vain.`] : []),
  ];
  // Heads count, and so may parts of answers that were given up.
  const most = (requests + abandoned) * (each + 1_000);
  if (bytes < requests * each || bytes > most) problems.push(`Answers had ${Math.round(bytes / requests)} bytes each.`);
  return problems;
}

/** What must not be shared was not, and the header came exactly where it had to. */
function sharingProblems(
  { authorizations, forwards }: Workload,
  requests: number,
  { fetches, authorized }: { readonly fetches: number; readonly authorized: number },
): string[] {
  if (authorizations === 0) return [];
  if (!forwards) return authorized > 0 ? [`${authorized} fetches had a header that was not theirs.`] : [];
  const shared = fetches < requests ? ['Requests shared fetches that they must not share.'] : [];
  return authorized < fetches ? [...shared, `${fetches - authorized} fetches lacked the client's header.`] : shared;
}
