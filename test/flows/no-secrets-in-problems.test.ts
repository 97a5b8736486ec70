import { afterEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { runOverlock } from '../support/gateway-process.ts';
import { Marks } from '../support/marks.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const sdl = 'type Query { me: String }';

/** Configurations that cannot be used, each with what is said of it. */
const cases: readonly {
  readonly name: string;
  readonly toText: (marks: Marks) => string;
  readonly said: string;
}[] = [
  { name: 'values of the wrong kind', toText: (marks) => stringify(toWrong(marks)), said: 'telemetry.traces.otlp' },
  {
    name: 'YAML that cannot be read',
    toText: (marks) => `graph: { supergraph: s.graphql }\nadmin:\n  token: "${marks.in('a text that does not end')}\n`,
    said: 'overlock.yaml:',
  },
  {
    name: 'a key that is there twice, and one that is none',
    toText: (marks) =>
      `graph: { supergraph: s.graphql }\nadmin: { token: ${marks.in('the first')}, token: ${marks.in('the second')} }\n`,
    said: 'overlock.yaml:2',
  },
  {
    name: 'a registry that is not there',
    toText: (marks) =>
      stringify({
        graph: {
          registry: {
            url: `http://gateway:${marks.in("the password of a registry's URL")}@127.0.0.1:1/`,
            token: marks.in('the token of a registry'),
            graph: 'shop@production',
            cache: false,
          },
        },
      }),
    said: 'registry',
  },
  {
    name: 'a subgraph that is not there',
    toText: (marks) => {
      const password = marks.in("the password of a subgraph's URL");
      const url = `http://gateway:${password}@127.0.0.1:1/graphql?key=${marks.in("the query of a subgraph's URL")}`;
      return stringify({ graph: { subgraphs: { users: { url } } } });
    },
    said: 'users',
  },
  {
    name: 'a supergraph at a URL that is not there',
    toText: (marks) => {
      const url = `http://gateway:${marks.in("the password of a supergraph's URL")}@127.0.0.1:1/s.graphql`;
      return stringify({ graph: { supergraph: `${url}?key=${marks.in("the query of a supergraph's URL")}` } });
    },
    said: 'supergraph',
  },
  {
    name: 'files that cannot be used',
    toText: (marks) =>
      stringify({
        graph: { subgraphs: { users: { url: 'http://127.0.0.1:1/graphql', schema: 'users.graphql' } } },
        listen: { tls: { cert: 'users.graphql', key: { file: 'users.graphql' } } },
        identity: {
          jwt: [
            { issuer: 'https://login.example.com/', audience: 'shop', keys: `{"keys":[{"k":"${marks.in('keys')}"}]}` },
          ],
        },
      }),
    said: 'identity.jwt',
  },
];

/** In each place where a secret belongs, something that cannot be one. */
function toWrong(marks: Marks) {
  const secret = (of: string) => marks.in(of);
  return {
    graph: {
      registry: { url: `ftp://${secret("a registry's URL")}`, token: `with a space ${secret('its token')}`, graph: 1 },
    },
    admin: { token: [secret('the token of the admin port')], port: secret('a port') },
    identity: {
      jwt: [{ issuer: 'i', audience: 'a', secret: secret('a short secret') }],
      introspection: { url: `ldap://:${secret("an introspector's URL")}@host`, clientId: 1, clientSecret: 2 },
      onward: {
        rules: [{ signature: { kind: 'hmac', header: 'x-signature', secret: { value: secret('of signatures') } } }],
      },
    },
    headers: { toSubgraphs: [{ set: { 'x-token': [secret('a header')] } }] },
    rateLimit: {
      store: { redis: `http://:${secret("a Redis's URL")}@host` },
      rules: [{ per: 'client', limit: secret('a limit') }],
    },
    alerts: {
      notify: [
        { kind: 'slack', url: `slack:${secret("Slack's URL")}` },
        {
          kind: 'webhook',
          url: `http://:${secret("a webhook's URL")}@host`,
          secret: secret('a short secret of a webhook'),
        },
        { kind: 'pagerDuty', routingKey: secret('a short routing key') },
        { kind: secret('a kind') },
      ],
    },
    telemetry: {
      traces: {
        otlp: `grpc://:${secret("a collector's URL")}@host`,
        onDemand: { secret: secret('a short secret of traces') },
      },
      metrics: { otlp: secret("no collector's URL"), protocol: secret('a protocol') },
      logs: { level: secret('a level'), redact: { patterns: [`(${secret('a pattern')}`] } },
    },
  };
}

describe('what is said of a configuration that cannot be used', () => {
  const endings: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  it.each(cases)(
    'has no value of it: $name',
    async ({ toText, said }) => {
      const marks = new Marks();
      const folder = await createTemporaryFolder();
      endings.push(folder.remove);
      await folder.write('users.graphql', `${sdl} # ${marks.in('a file')}`);
      const file = await folder.write('overlock.yaml', toText(marks));
      const { code, stdout, stderr } = await runOverlock(['serve', '--config', file], { cwd: folder.path });
      expect([code, `${stdout}${stderr}`]).toEqual([1, expect.stringContaining(said)]);
      expect(marks.find({ stdout, stderr }).map(({ leak, place }) => `${leak}: ${place}`)).toEqual([]);
    },
    30_000,
  );
});
