import { mkdir, readFile } from 'node:fs/promises';
import { expect, vi } from 'vitest';
import { stringify } from 'yaml';
import { type GatewayProcess, startGateway } from '../../support/gateway-process.ts';
import type { Marks } from '../../support/marks.ts';
import type { TemporaryFolder } from '../../support/temporary-folder.ts';
import { type Backends, startBackends } from './backends.ts';
import { toMarkedConfig } from './config.ts';

/** In what ways a gateway may tell the same. */
export interface MarkedKind {
  readonly lane: 'hot' | 'yoga';
  readonly format: 'json' | 'pretty';
  readonly traces: 'http/protobuf' | 'grpc';
  readonly metrics: 'http/json' | 'grpc';
  /** Where limits are counted; the Redis cannot be used. */
  readonly limits: 'redis' | 'memory';
}

/** What others share with the gateway. */
export interface Secrets {
  readonly admin: string;
  /** With the issuer of tokens. */
  readonly jwt: string;
  /** With who asks for traces. */
  readonly onDemand: string;
}

/** A gateway with everything on, and all that it talks to. */
export interface Surroundings {
  readonly gateway: GatewayProcess;
  readonly backends: Backends;
  readonly folder: TemporaryFolder;
  readonly secrets: Secrets;
  /** What the client of all requests calls itself. */
  readonly clientName: string;
  /** Fails until everybody has been told of it who can be. */
  readonly failUntilTold: () => Promise<void>;
  readonly end: () => Promise<void>;
}

const soon = { timeout: 20_000, interval: 200 };

/** Starts everything. */
export async function startSurroundings(
  marks: Marks,
  folder: TemporaryFolder,
  kind: MarkedKind,
): Promise<Surroundings> {
  const backends = await startBackends(marks, kind);
  const clientName = marks.in("the client's name");
  const secretOf = (name: string) => marks.in(name).padEnd(40, 'x');
  const secrets = {
    admin: secretOf('the token of the admin port'),
    jwt: secretOf('the secret of an issuer'),
    onDemand: secretOf('the secret of traces on demand'),
  };
  const alertFile = `${folder.path}/alert.json`;
  await mkdir(`${folder.path}/trusted`);
  await folder.write('trusted/known.graphql', `query Me { me(token: "${marks.in('a trusted document')}") { id } }`);
  const config = toMarkedConfig(marks, backends, { kind, secrets, alertFile });
  const file = await folder.write('overlock.yaml', stringify(config));
  const gateway = await startGateway(['--config', file], {
    cwd: folder.path,
    env: { OTEL_EXPORTER_OTLP_HEADERS: `x-collector-key=${marks.in('a header of OTLP')}` },
  });
  const fail = () =>
    fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'apollographql-client-name': clientName },
      body: JSON.stringify({ query: 'query Fails { fails }' }),
    }).then((response) => response.text());
  const told = async () => {
    const named = backends.pager.requests.filter(({ body }) => body.includes(clientName));
    const command = await readFile(alertFile, 'utf8').catch(() => '');
    return [...named.map(({ path }) => path.split('/')[1]), ...(command.includes(clientName) ? ['command'] : [])];
  };
  return {
    gateway,
    backends,
    folder,
    secrets,
    clientName,
    failUntilTold: () =>
      vi.waitFor(async () => {
        await fail();
        expect(new Set(await told())).toEqual(new Set(['webhook', 'slack', 'pager-duty', 'command']));
      }, soon),
    async end() {
      await gateway.end();
      await backends.close();
    },
  };
}
