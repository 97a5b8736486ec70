import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { missingNodeFlags } from '../gateway/lib/node-flags.ts';
import { serviceNames, services } from '../subgraphs/services.ts';
import { startService } from '../subgraphs/start-service.ts';

interface Container {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const readYaml = (file: string) => parse(read(file), { merge: true });

const containers: Readonly<Record<string, Container>> = readYaml('docker-compose.yml').services;
const names = Object.keys(containers);
const ownNames = names.filter((name) => containers[name]?.build !== undefined);
const gatewayYaml = read('subgraphs/overlock.yaml');
const instructions = read('Dockerfile')
  .replaceAll(/\\\n/g, '')
  .split('\n')
  .filter((line) => /^[A-Z]/.test(line));
const imageEnvironment = Object.fromEntries(
  instructionsOf('ENV').flatMap((line) =>
    line
      .trim()
      .split(/\s+/)
      .map((pair) => pair.split('=', 2)),
  ),
);

/** Where the containers listen: ours as the sources say, the others as their documentation does. */
const ports: Readonly<Record<string, readonly number[]>> = {
  ...Object.fromEntries(serviceNames.map((name) => [name, [services[name].port]])),
  gateway: [defaultOf('GATEWAY_PORT'), defaultOf('ADMIN_PORT')].map(Number),
  redis: [6379],
  'otel-collector': [4318],
  jaeger: [4317, 14269, 16686],
  prometheus: [9090],
  grafana: [3000],
};

describe('the image', () => {
  it('copies what is there and not ignored', () => {
    const [, ...allowed] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    for (const entry of allowed) expect(existsSync(path.join(root, entry.replace('!', ''))), entry).toBe(true);
    for (const copy of instructionsOf('COPY')) {
      const [, ...sources] = copy
        .replace(/--from=\S+ /, '--from ')
        .split(' ')
        .reverse();
      if (sources.includes('--from')) continue;
      for (const source of sources) expect(source === '.' || allowed.includes(`!${source}`), source).toBe(true);
    }
    expect(existsSync(path.join(root, 'tsconfig.build.json'))).toBe(true);
  });

  it('builds with scripts that exist, for a Node that the package takes, and does not run as root', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const called = instructionsOf('RUN').flatMap((line) =>
      [...line.matchAll(/npm run ([\w-]+)/g)].map(([, name]) => name),
    );
    expect(called).toEqual(['build']);
    for (const name of called) expect(scripts).toHaveProperty(name ?? '');
    expect(new Set(instructionsOf('FROM').map((line) => line.split(' ')[0]))).toEqual(new Set(['node:20-slim']));
    expect(instructionsOf('USER')).toEqual(['node']);
  });

  it('starts the gateway with the configuration of the demo', () => {
    const [node, script, ...args] = JSON.parse(instructionsOf('CMD').at(-1) ?? '');
    expect([node, ...args]).toEqual(['node', 'serve', '--config', 'subgraphs/overlock.yaml']);
    expect(existsSync(sourceOf(script))).toBe(true);
    expect(instructionsOf('EXPOSE')).toEqual([ports['gateway']?.join(' ')]);
  });

  it('sets only variables that something reads', () => {
    const { NODE_ENV, NODE_OPTIONS, HOST, HEALTH_URL, ...forGateway } = imageEnvironment;
    expect(NODE_ENV).toBe('production');
    expect(missingNodeFlags({ nodeOptions: NODE_OPTIONS, execArgv: [] })).toEqual([]);
    expect(HOST).toBe('0.0.0.0');
    expect(read('subgraphs/serve.ts')).toContain("process.env['HOST']");
    expect(instructionsOf('HEALTHCHECK').join()).toContain('process.env.HEALTH_URL');
    expect(HEALTH_URL).toBe(`http://127.0.0.1:${ports['gateway']?.[0]}/health/ready`);
    expectMention('gateway/http', '/health/ready');
    for (const name of Object.keys(forGateway)) expect(gatewayYaml).toContain(`\${${name}:-`);
  });
});

describe('docker-compose.yml', () => {
  it('runs the gateway and every service of the demo from this package', () => {
    expect(ownNames.toSorted()).toEqual(['gateway', ...serviceNames].toSorted());
    expect(containers['gateway']?.command).toBeUndefined();
  });

  it.each(serviceNames)('starts %s with a command, a port and a health check that exist', async (name) => {
    const { command: [node, script = '', ...args] = [], environment } = containers[name] ?? {};
    expect([node, ...args]).toEqual(['node', name]);
    expect(existsSync(sourceOf(script))).toBe(true);
    expect(Object.keys(environment ?? {})).toEqual(['HEALTH_URL']);
    const health = new URL(environment?.['HEALTH_URL'] ?? '');
    expect(health.origin).toBe(`http://127.0.0.1:${services[name].port}`);

    const service = await startService(name, { port: 0 });
    const response = await fetch(new URL(health.pathname, service.url)).finally(service.close);
    expect(response.status).toBe(200);
  });

  it('tells the gateway where everything is, by variables that its configuration reads', () => {
    const { environment = {} } = containers['gateway'] ?? {};
    for (const name of serviceNames) {
      const { port, path: pathname } = services[name];
      expect(environment[`${name.toUpperCase()}_URL`]).toBe(`http://${name}:${port}${pathname}`);
      expect(defaultOf(`${name.toUpperCase()}_URL`)).toBe(`http://127.0.0.1:${port}${pathname}`);
    }
    for (const [name, value] of Object.entries(environment)) {
      expect(gatewayYaml, name).toContain(`\${${name}:-`);
      if (value.includes('://')) expectReachable(value);
    }
  });

  it('publishes ports that something listens on, to this machine only, each once', () => {
    const published = names.flatMap((name) => (containers[name]?.ports ?? []).map((port) => ({ name, port })));
    for (const { name, port } of published) {
      const [host, outside, inside] = port.split(':');
      expect(host).toBe('127.0.0.1');
      expect(outside).toBe(inside);
      expect(ports[name], port).toContain(Number(inside));
    }
    expect(new Set(published.map(({ port }) => port)).size).toBe(published.length);
  });

  it('mounts files that exist, where they are looked for', () => {
    for (const name of names) {
      const { volumes = [], command = [], environment = {} } = containers[name] ?? {};
      const mounts = volumes.map((volume) => volume.split(':'));
      const toLocal = (file: string) => {
        const [from = '', to = ''] =
          mounts.find(([, target = ' ']) => file === target || file.startsWith(`${target}/`)) ?? [];
        return from + file.slice(to.length);
      };
      for (const [from = '', , mode] of mounts) {
        expect(existsSync(path.join(root, from)), from).toBe(true);
        expect(mode).toBe('ro');
      }
      const wanted = [...command, ...Object.values(environment)].flatMap(
        (text) => /(?:^|=)(\/etc\/.*)/.exec(text)?.[1] ?? [],
      );
      for (const file of wanted)
        expect(existsSync(path.join(root, toLocal(file))) && toLocal(file) !== file, file).toBe(true);
    }
  });

  it('waits for containers that exist and whose health is checked', () => {
    for (const name of names) {
      for (const [other, { condition }] of Object.entries(containers[name]?.depends_on ?? {})) {
        expect(names).toContain(other);
        const checked = ownNames.includes(other) || containers[other]?.healthcheck !== undefined;
        expect(condition, `${name} on ${other}`).toBe(checked ? 'service_healthy' : 'service_started');
      }
      for (const argument of containers[name]?.healthcheck?.test ?? []) {
        if (argument.startsWith('http')) expect(ports[name]).toContain(Number(new URL(argument).port));
      }
    }
  });

  it('pins what it takes from elsewhere', () => {
    for (const name of names.filter((other) => !ownNames.includes(other))) {
      expect(containers[name]?.image).toMatch(/:v?\d+\.\d+(\.\d+)?(-alpine)?$/);
    }
  });
});

describe('deploy/', () => {
  it('wires the collector, Prometheus and Grafana to containers that listen there', () => {
    const collector = readYaml('deploy/otel-collector.yaml');
    expect(collector.receivers.otlp.protocols.http.endpoint).toBe(`0.0.0.0:${ports['otel-collector']?.[0]}`);
    expectReachable(`http://${collector.exporters['otlp/jaeger'].endpoint}`);
    const { receivers, processors, exporters } = collector.service.pipelines.traces;
    for (const [kind, used] of Object.entries({ receivers, processors, exporters })) {
      for (const name of used) expect(collector[kind], name).toHaveProperty([name]);
    }

    const [scrape] = readYaml('deploy/prometheus.yaml').scrape_configs;
    expect(scrape.static_configs[0].targets).toEqual([`gateway:${ports['gateway']?.[1]}`]);
    expectMention('gateway/http', `'${scrape.metrics_path}'`);

    const { datasources } = readYaml('deploy/grafana/provisioning/datasources/overlock.yaml');
    for (const { url } of datasources) expectReachable(url);
    const [provider] = readYaml('deploy/grafana/provisioning/dashboards/overlock.yaml').providers;
    const mounts = containers['grafana']?.volumes?.map((volume) => volume.split(':').slice(0, 2)) ?? [];
    expect(mounts).toContainEqual(['./deploy/grafana/dashboards', provider.options.path]);
  });
});

function instructionsOf(name: string): readonly string[] {
  return instructions.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
}

/** What the gateway's configuration takes when a variable is not set. */
function defaultOf(variable: string): string | undefined {
  const start = gatewayYaml.indexOf(`\${${variable}:-`);
  return start === -1 ? undefined : gatewayYaml.slice(start + variable.length + 4, gatewayYaml.indexOf('}', start));
}

function sourceOf(script: string): string {
  return path.join(root, script.replace(/^dist\/(.*)\.js$/, '$1.ts'));
}

function expectMention(folder: string, text: string): void {
  const files = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts')).map((file) => read(path.join(folder, file)));
  expect(
    sources.some((source) => source.includes(text)),
    `${folder} mentions ${text}`,
  ).toBe(true);
}

function expectReachable(url: string): void {
  const { hostname, port } = new URL(url);
  expect(ports[hostname], url).toContain(Number(port));
}
