import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Config, configSchema } from '../../../gateway/config/config.ts';
import { createHandler, type HandlerParts } from '../../../gateway/http/handler.ts';
import { type Listener, listen } from '../../../gateway/http/listen.ts';
import { readParams } from '../../../gateway/http/read-params.ts';

type Sections = Record<string, Record<string, unknown>>;

interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface TestServer extends Listener, AsyncDisposable {
  readonly config: Config;
  readonly lines: readonly LogLine[];
}

/** What a configuration file with these sections says, on a free port. */
export function configOf(sections: Sections = {}): Config {
  return configSchema.parse({
    graph: { supergraph: 'supergraph.graphql' },
    ...sections,
    listen: { port: 0, ...sections['listen'] },
  });
}

export function recordingLog() {
  const lines: LogLine[] = [];
  const at =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      lines.push({ level, message, fields });
    };
  return { lines, trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Listens with a handle of one's own. */
export async function startListener(
  handle: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
  sections: Sections = {},
): Promise<TestServer> {
  const config = configOf(sections);
  const log = recordingLog();
  const listener = await listen({ config: config.listen, handle, log });
  return { ...listener, config, lines: log.lines, [Symbol.asyncDispose]: async () => void (await listener.drain(0)) };
}

/** Listens with the whole handler in front of a fake of GraphQL that answers the parameters it was sent. */
export async function startServer(parts: Partial<HandlerParts> = {}, sections: Sections = {}): Promise<TestServer> {
  const config = configOf(sections);
  const log = recordingLog();
  const answer: HandlerParts['answer'] = async (request) => {
    const params = await readParams(request, config.limits);
    return Response.json({ data: params });
  };
  const handle = createHandler({ config, answer, notReady: () => undefined, log, ...parts });
  const listener = await listen({ config: config.listen, handle, log });
  return { ...listener, config, lines: log.lines, [Symbol.asyncDispose]: async () => void (await listener.drain(0)) };
}
