import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * What each folder may import besides itself, its own packages and the files of `lib`: a folder may know its past, never
 * its future. A row stands for all files below it; the most specific row counts.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'gateway/lib': [],
  'gateway/errors.ts': [],
  'gateway/config': [
    'gateway/lib',
    'gateway/errors.ts',
    'schema/feed',
    'schema/supergraph/cache-tag-format.ts',
    'schema/supergraph/holds-credentials.ts',
  ],
  'gateway/telemetry': ['gateway/lib', 'gateway/errors.ts', 'gateway/config', 'console/live.ts'],
  'gateway/cache/cache-policy.ts': [],
  'gateway/cache/cache-control.ts': [],
  'gateway/cache/cache-report.ts': [],
  'gateway/cache/cache-facts.ts': ['gateway/cache/cache-policy.ts'],
  'gateway/cache/read-facts.ts': [
    'gateway/cache/cache-policy.ts',
    'gateway/cache/cache-control.ts',
    'gateway/cache/cache-facts.ts',
  ],
  'gateway/transport': [
    'gateway/lib',
    'gateway/errors.ts',
    'gateway/config',
    'gateway/telemetry',
    'gateway/cache/cache-facts.ts',
    'gateway/cache/read-facts.ts',
    'schema/supergraph',
    'rest-bridge',
  ],
  'gateway/supergraph': [
    'gateway/lib',
    'gateway/errors.ts',
    'gateway/config',
    'gateway/telemetry',
    'schema/supergraph',
  ],
  'gateway/supergraph/follow.ts': ['gateway/supergraph/sources', 'schema/compose', 'schema/supergraph'],
  'gateway/supergraph/sources': [
    'gateway/lib',
    'gateway/config',
    'gateway/telemetry',
    'gateway/transport/event-stream.ts',
    'schema',
    'rest-bridge',
  ],
  'gateway/usage': [
    'gateway/lib',
    'gateway/config',
    'gateway/telemetry',
    'gateway/identity/read-client.ts',
    'gateway/operation',
    'gateway/supergraph/sources/registry-client.ts',
    'schema/feed',
  ],
  'gateway/http': [
    'gateway/lib',
    'gateway/errors.ts',
    'gateway/config',
    'gateway/telemetry',
    'gateway/store',
    'gateway/operation',
    'console/page',
    'console/live.ts',
  ],
  'gateway/identity': [
    'gateway/lib',
    'gateway/errors.ts',
    'gateway/config',
    'gateway/telemetry',
    'gateway/store',
    'schema/supergraph/to-shown-url.ts',
  ],
  'gateway/operation': ['gateway/lib', 'gateway/errors.ts', 'gateway/config'],
  'gateway/plan': ['gateway/lib', 'schema/supergraph'],
  'gateway/execute': [
    'gateway/lib',
    'gateway/plan',
    'gateway/errors.ts',
    'gateway/telemetry',
    'gateway/transport',
    'gateway/operation',
    'schema/supergraph',
  ],
  'gateway/stitch': [
    'gateway/lib',
    'gateway/errors.ts',
    'gateway/telemetry',
    'gateway/transport',
    'gateway/operation',
    'gateway/execute',
    'schema/supergraph',
  ],
  'gateway/operation/documents': [
    'gateway/lib',
    'gateway/errors.ts',
    'gateway/config',
    'gateway/telemetry',
    'gateway/operation',
  ],
  'gateway/store': ['gateway/lib', 'gateway/config', 'gateway/telemetry'],
  'gateway/policy': [
    'gateway/lib',
    'gateway/errors.ts',
    'gateway/config',
    'gateway/telemetry',
    'gateway/identity',
    'gateway/operation',
    'gateway/store',
    'schema/supergraph',
  ],
  'gateway/canary': [
    'gateway/lib',
    'gateway/errors.ts',
    'gateway/config',
    'gateway/telemetry',
    'gateway/store',
    'gateway/transport',
    'schema/feed',
  ],
  'gateway/edge.ts': ['gateway', 'schema/supergraph'],
  'gateway/cli': ['gateway', 'schema', 'rest-bridge'],
  'gateway/generation.ts': ['gateway', 'schema/supergraph'],
  'gateway/guarded-transports.ts': ['gateway', 'schema/supergraph'],
  'gateway/generations.ts': ['gateway', 'schema/supergraph'],
  'gateway/prepare-operation.ts': ['gateway/execute', 'gateway/operation'],
  'gateway/warm-up.ts': [],
  'gateway/record-shapes.ts': ['gateway'],
  'gateway/asker-of.ts': ['gateway/identity', 'gateway/policy', 'gateway/transport'],
  'gateway/refusal.ts': ['gateway/errors.ts', 'gateway/telemetry'],
  'gateway/run-operation.ts': [
    'gateway/lib',
    'gateway/cache/cache-report.ts',
    'gateway/identity',
    'gateway/operation',
    'gateway/execute',
    'gateway/transport',
  ],
  'gateway/dedupe': [
    'gateway/lib',
    'gateway/errors.ts',
    'gateway/config',
    'gateway/transport',
    'gateway/identity',
    'gateway/operation',
    'gateway/execute',
    'gateway/run-operation.ts',
    'gateway/cache/cache-facts.ts',
  ],
  'gateway/cache': [
    'gateway/lib',
    'gateway/errors.ts',
    'gateway/config',
    'gateway/telemetry',
    'gateway/transport',
    'gateway/identity',
    'gateway/operation',
    'gateway/policy',
    'gateway/execute',
    'gateway/run-operation.ts',
    'gateway/dedupe',
    'gateway/faults',
    'gateway/store/redis-client.ts',
    'gateway/store/redis-connection.ts',
    'schema/supergraph',
  ],
  'gateway/log-levels': ['gateway/config', 'gateway/store', 'gateway/telemetry'],
  'gateway/overrides': [
    'gateway/lib',
    'gateway/config',
    'gateway/telemetry',
    'gateway/policy/policy.ts',
    'gateway/policy/authorization/condition-context.ts',
  ],
  'gateway/faults': [
    'gateway/lib',
    'gateway/errors.ts',
    'gateway/config',
    'gateway/telemetry',
    'gateway/transport',
    'gateway/operation/each-field.ts',
    'gateway/policy/authorization/coordinate-pattern.ts',
  ],
  'gateway/idempotency': [
    'gateway/lib',
    'gateway/errors.ts',
    'gateway/config',
    'gateway/telemetry',
    'gateway/store',
    'gateway/transport',
    'gateway/execute',
    'gateway/run-operation.ts',
  ],
  'gateway/anomalies': [
    'gateway/lib',
    'gateway/config',
    'gateway/telemetry',
    'gateway/store',
    'gateway/policy/blocks/block.ts',
    'console/live.ts',
  ],
  'gateway/alerts': [
    'gateway/lib',
    'gateway/errors.ts',
    'gateway/config',
    'gateway/telemetry',
    'schema/feed',
    'console/live.ts',
  ],
  'gateway/to-reply.ts': ['gateway/refusal.ts', 'gateway/http', 'gateway/execute', 'gateway/dedupe'],
  'gateway/visit.ts': ['gateway'],
  'gateway/answer-visit.ts': ['gateway'],
  'gateway/to-get-reply.ts': ['gateway/http', 'gateway/visit.ts'],
  'gateway/hot-lane.ts': ['gateway'],
  'gateway/yoga-lane.ts': ['gateway'],
  'gateway/socket-lane.ts': ['gateway'],
  'gateway/explain-lane.ts': ['gateway', 'console/explained.ts'],
  'gateway/track-visit.ts': ['gateway/telemetry', 'gateway/visit.ts'],
  'gateway/while-identified.ts': ['gateway'],
  'gateway/pipeline.ts': ['gateway'],
  'gateway/server.ts': ['gateway', 'schema/supergraph'],
  'gateway/serving.ts': ['gateway', 'schema/supergraph'],
  'gateway/runtime.ts': ['gateway', 'schema/supergraph', 'console/live.ts'],
  'gateway/lookout.ts': [
    'gateway/alerts',
    'gateway/anomalies',
    'gateway/config',
    'gateway/telemetry',
    'console/live.ts',
  ],
  'gateway/admin-port.ts': ['gateway', 'console/live.ts'],
  'gateway/warn-of-restart.ts': ['gateway/config', 'gateway/telemetry'],
  'gateway/engine-loader.ts': ['gateway'],
  'gateway/cluster': ['gateway', 'schema/supergraph', 'console/live.ts'],
  'gateway/console': [
    'gateway/lib',
    'gateway/telemetry',
    'gateway/cache/store',
    'gateway/operation',
    'gateway/plan',
    'gateway/execute',
    'console/live.ts',
  ],
  'gateway/explain': [
    'gateway/errors.ts',
    'gateway/config',
    'gateway/identity',
    'gateway/operation',
    'gateway/policy',
    'gateway/plan',
    'gateway/execute',
    'schema/supergraph',
    'console/explained.ts',
  ],
  'gateway/main.ts': ['gateway'],
  'console/live.ts': [],
  'console/explained.ts': [],
  'console/page': ['schema/registry/pages/style'],
  'console/app': ['console/live.ts'],
  'console/app/graphiql': ['console/explained.ts', 'console/app'],
  'schema/supergraph': [],
  'schema/subgraph': ['schema/supergraph'],
  'schema/compose': ['schema/supergraph', 'schema/subgraph', 'rest-bridge'],
  'schema/checks': ['schema/supergraph', 'schema/subgraph'],
  'schema/feed': ['schema/supergraph'],
  'schema/registry': ['schema/feed', 'schema/supergraph', 'schema/subgraph', 'schema/compose', 'schema/checks'],
  'schema/registry/outline': ['schema/supergraph', 'schema/subgraph'],
  'schema/registry/pages': ['schema/feed', 'schema/subgraph', 'schema/supergraph', 'schema/checks', 'schema/registry'],
  'schema/registry/store': [
    'schema/feed',
    'schema/subgraph',
    'schema/registry/model.ts',
    'schema/registry/default-settings.ts',
  ],
  'rest-bridge': [],
  subgraphs: [],
};

/** Only these may talk to files, sockets and other processes. */
const mayDoIo = [
  'gateway/http',
  'gateway/transport',
  'gateway/supergraph/sources',
  'gateway/config',
  'gateway/telemetry',
  'gateway/alerts/notify',
  'gateway/anomalies/baseline-file.ts',
  'gateway/identity/issuer-client.ts',
  'gateway/identity/country.ts',
  'gateway/operation/documents/read-manifest.ts',
  'gateway/policy/authorization/policies',
  'gateway/store',
  'gateway/cli',
  'gateway/cluster/crew.ts',
  'gateway/cluster/worker.ts',
  'gateway/main.ts',
  'rest-bridge/openapi',
  'schema/registry/network',
  'schema/registry/store/database',
  'subgraphs',
];
const ioModules =
  /^(node:(fs|net|http|https|tls|dns|dgram|child_process|worker_threads|cluster)\b|undici$|ws$|chokidar$|libsql$|pg$)/;

const root = path.resolve(import.meta.dirname, '..');
const lineMax = 300;

const sources = ['gateway', 'schema', 'rest-bridge', 'console', 'subgraphs']
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  )
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }));

const within = (file: string, folder: string) => file === folder || file.startsWith(`${folder}/`);

function rowOf(file: string): string | undefined {
  return Object.keys(mayImport)
    .filter((folder) => within(file, folder))
    .sort((a, b) => b.length - a.length)[0];
}

function importsOf({ file, text }: { file: string; text: string }): { from: string; to: string; module: string }[] {
  return [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)'([^']+)'/g)].map(([, module = '']) => ({
    from: file,
    module,
    to: module.startsWith('.') ? path.posix.join(path.posix.dirname(file), module) : '',
  }));
}

const imports = sources.flatMap(importsOf);

describe('the architecture', () => {
  it('finds the sources and their imports', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(imports.length).toBeGreaterThan(200);
  });

  it('has a row for every source file', () => {
    expect(sources.map(({ file }) => file).filter((file) => rowOf(file) === undefined)).toEqual([]);
  });

  it('imports only downhill', () => {
    const uphill = imports
      .filter(({ to }) => to !== '')
      .filter(({ from, to }) => {
        const row = rowOf(from) ?? '';
        return !within(to, row) && !(mayImport[row] ?? []).some((folder) => within(to, folder));
      });
    expect(uphill.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  it('does I/O only where I/O belongs', () => {
    const strays = imports
      .filter(({ module }) => ioModules.test(module))
      .filter(({ from, module }) => !mayDoIo.some((folder) => within(from, folder)) && !isTypeOnly(from, module));
    expect(strays.map(({ from, module }) => `${from} imports ${module}`)).toEqual([]);
  });

  it('touches the process only in main.ts and the demo', () => {
    const users = sources.filter(({ text }) =>
      /\bprocess\.(?=\w)(?!memoryUsage|hrtime|cpuUsage|resourceUsage)/.test(withoutComments(text)),
    );
    const strays = users
      .map(({ file }) => file)
      .filter((file) => file !== 'gateway/main.ts' && !within(file, 'subgraphs'));
    expect(strays).toEqual([]);
  });

  it(`keeps source files under ${lineMax} lines`, () => {
    const long = sources.filter(({ text }) => text.split('\n').length > lineMax).map(({ file }) => file);
    expect(long).toEqual([]);
  });

  it('names no file after nothing in particular', () => {
    const vague = /(^|\/)(utils?|helpers?|common|misc|types|index)\.ts$/;
    expect(sources.map(({ file }) => file).filter((file) => vague.test(file))).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
}

function isTypeOnly(file: string, module: string): boolean {
  const text = sources.find((source) => source.file === file)?.text ?? '';
  const statements = text.match(new RegExp(`^import .*from '${module}';$`, 'gm')) ?? [];
  return statements.length > 0 && statements.every((statement) => statement.startsWith('import type '));
}
