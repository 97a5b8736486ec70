import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { runCommandLine } from '../../../../gateway/cli/program.ts';
import { createFakeTerminal } from '../fake-terminal.ts';

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text as it is; else sent as JSON. */
  readonly body?: unknown;
}

interface SentRequest {
  /** Such as `GET /v1/graphs?limit=1`. */
  readonly line: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** A registry that answers what it is told to, and a terminal that talks to it. */
export interface ScriptedRegistry {
  readonly url: string;
  readonly token: string;
  /** By request line, such as `GET /v1/graphs`; all else is a 404. */
  readonly answers: Map<string, Answer>;
  readonly requests: SentRequest[];
  /** Runs a command line with the registry, its token and shop@production in the environment. */
  readonly run: (
    argv: readonly string[],
    options?: NonNullable<Parameters<typeof createFakeTerminal>[0]>,
  ) => Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>;
  readonly stop: () => Promise<void>;
}

export async function startScriptedRegistry(): Promise<ScriptedRegistry> {
  const answers = new Map<string, Answer>();
  const requests: SentRequest[] = [];
  const token = `ovl_${'s'.repeat(43)}`;
  const server = createServer(async (request, response) => {
    const line = `${request.method} ${request.url}`;
    const sent = await text(request);
    requests.push({
      line,
      authorization: request.headers.authorization,
      body: sent === '' ? undefined : JSON.parse(sent),
    });
    const {
      status = 200,
      headers = {},
      body,
    } = answers.get(line) ?? refusal(404, 'UNKNOWN_SUBGRAPH', 'There is none.');
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    token,
    answers,
    requests,
    async run(argv, { env, ...options } = {}) {
      const named = { OVERLOCK_REGISTRY: url, OVERLOCK_TOKEN: token, OVERLOCK_GRAPH: 'shop@production' };
      const { terminal, written } = createFakeTerminal({ ...options, env: { ...named, ...env } });
      return { exitCode: await runCommandLine(argv, terminal), ...written };
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Problem details. */
export function refusal(
  status: number,
  code: string,
  detail: string,
  more: Readonly<Record<string, unknown>> = {},
): Answer {
  const headers = { 'content-type': 'application/problem+json' };
  return { status, headers, body: { type: 'about:blank', title: code, status, detail, code, ...more } };
}
