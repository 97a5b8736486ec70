import { stringify } from 'yaml';
import { type Config, configSchema } from '../../gateway/config/config.ts';
import { Runtime } from '../../gateway/runtime.ts';
import { createSource } from '../../gateway/supergraph/sources/create-source.ts';
import { noTelemetry } from '../../gateway/telemetry/no-telemetry.ts';
import type { Telemetry } from '../../gateway/telemetry/telemetry.ts';
import { ask, type GraphqlAnswer } from './ask.ts';
import { createRecordingLogger, type LogLine } from './recording-logger.ts';

/** A gateway that listens on free ports of this process. */
export interface TestGateway {
  readonly runtime: Runtime;
  /** The GraphQL endpoint. */
  readonly url: string;
  /** The same without a path. */
  readonly origin: string;
  readonly port: number;
  readonly adminUrl: string;
  /** What it has logged so far. */
  readonly lines: readonly LogLine[];
  /** Sends one operation by POST, asking for `application/graphql-response+json`. */
  readonly ask: (query: string, variables?: Record<string, unknown>, init?: RequestInit) => Promise<GraphqlAnswer>;
  readonly stop: () => Promise<void>;
}

/** Sections of a configuration, as the file spells them. */
export type Sections = Readonly<Record<string, unknown>>;

/** What a configuration file with these sections says, on free ports. */
export function toConfig(sections: Sections): Config {
  return configSchema.parse({ ...sections, ...onFreePorts(sections) });
}

/**
 * Starts a gateway, which reports to `telemetry` all but its log. `LANE=yoga` in the environment has Yoga answer all requests.
 * @throws Error with every problem when it cannot be started
 */
export async function startTestGateway(config: Config, telemetry: Telemetry = noTelemetry): Promise<TestGateway> {
  const { log, lines } = createRecordingLogger();
  const runtime = new Runtime({
    telemetry: { ...telemetry, log },
    wait: false,
    sourceOf: ({ graph }) => createSource(graph, log, telemetry),
  });
  const hotLane = config.listen.hotLane && process.env['LANE'] !== 'yoga';
  const outcome = await runtime.start({ ...config, listen: { ...config.listen, hotLane } });
  if (outcome.kind === 'failed') throw new Error(stringify(outcome.problems));
  const { url } = runtime;
  const { origin, port } = new URL(url);
  return {
    runtime,
    url,
    origin,
    port: Number(port),
    adminUrl: runtime.adminUrl ?? '',
    lines,
    ask: (query, variables, init) => ask(url, query, variables, init),
    stop: () => runtime.stop(),
  };
}

function onFreePorts({ listen = {}, admin = {} }: Sections): Sections {
  return { listen: Object.assign({ port: 0 }, listen), admin: Object.assign({ port: 0 }, admin) };
}
