import { stringify } from 'yaml';
import { CommandLine, type GatewayProcess } from '../../test/support/command-line.ts';
import { type DnsServer, startDnsServer } from '../../test/support/dns-server.ts';
import { composeSdl } from '../../test/support/federation.ts';
import { createTemporaryFolder } from '../../test/support/temporary-folder.ts';
import { Backend } from './backend.ts';
import type { ChaosCase, Place } from './cases.ts';

/** A gateway as it is by default, and for each case a subgraph of its own; all of them are processes. */
export interface Stage {
  readonly gateway: GatewayProcess;
  /** The backend that nothing ever happens to. */
  readonly users: Backend;
  readonly placeOf: (chaosCase: ChaosCase) => Place;
  readonly close: () => Promise<void>;
}

/** What asks the backend that is always well, and nothing else. */
export const otherQuery = '{ me }';
/** What needs the backend of a case besides. */
export const needingQuery = ({ name }: ChaosCase) => `query ($of: Int) { me ${name}(of: $of) }`;

/** Starts everything; `main` is the gateway's command line, built. */
export async function openStage(cases: readonly ChaosCase[], main: string): Promise<Stage> {
  const closing: (() => Promise<unknown> | unknown)[] = [];
  const close = async () => {
    for (const end of closing.toReversed()) await end();
  };
  try {
    const folder = await createTemporaryFolder();
    closing.push(folder.remove);
    const dns = await startDnsServer();
    closing.push(dns.close);
    const startBackend = async (backend: Backend, port?: number) => {
      closing.push(() => backend.kill());
      await backend.start(port);
      return backend;
    };
    const users = await startBackend(new Backend(['me']));
    const places = new Map<ChaosCase, Place>();
    for (const one of cases) places.set(one, await openPlace(one, dns, startBackend));
    for (const [{ prepare }, place] of places) prepare(place);
    const placeOf = (one: ChaosCase) => places.get(one) ?? fail(one);
    const supergraph = await folder.write(
      'supergraph.graphql',
      composeSdl([
        { name: 'users', sdl: 'type Query { me: Int }', url: users.url },
        ...cases.map((one) => toSubgraph(one, placeOf(one))),
      ]),
    );
    const subgraphs = Object.fromEntries(cases.map((one) => [one.name, toTraffic(one, placeOf(one))]));
    const config = await folder.write(
      'overlock.yaml',
      // A machine that others use as well makes the gateway late, and is not to be taken for too many requests.
      stringify({
        listen: { port: 0, maxBacklog: '0s', maxEventLoopDelay: '0s' },
        admin: { port: 0 },
        graph: { supergraph },
        traffic: { subgraphs },
      }),
    );
    const gateway = await new CommandLine(main).startGateway(['--config', config]);
    closing.push(() => gateway.end());
    return { gateway, users, placeOf, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openPlace(
  { name, hosts }: ChaosCase,
  dns: DnsServer,
  startBackend: (backend: Backend, port?: number) => Promise<Backend>,
): Promise<Place> {
  const [firstHost = '', ...otherHosts] = hosts;
  const first = await startBackend(new Backend([name], firstHost));
  const others: Backend[] = [];
  for (const host of otherHosts)
    others.push(await startBackend(new Backend([name], host), host === firstHost ? 0 : first.port));
  return { backends: [first, ...others], dns, host: `${name.toLowerCase()}.test` };
}

function toSubgraph({ name, found }: ChaosCase, { backends: [first], host }: Place) {
  const url = found === 'by-dns' ? `http://${host}:${first.port}/graphql` : first.url;
  return { name, sdl: `type Query { ${name}(of: Int): Int }`, url };
}

/** Where its endpoints are; the rest is as by default. */
function toTraffic({ found }: ChaosCase, { backends, dns }: Place) {
  if (found === 'by-dns') return { discover: [{ dns: { servers: [dns.address] } }] };
  return { endpoints: backends.map(({ url }) => ({ url })) };
}

function fail({ name }: ChaosCase): never {
  throw new Error(`The case ${name} is not on this stage.`);
}
