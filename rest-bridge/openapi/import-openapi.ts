import { alignInterfaces } from './align-interfaces.ts';
import { breakInputCycles } from './break-input-cycles.ts';
import { buildOperation } from './build-operation.ts';
import { findEntities } from './find-entities.ts';
import { Findings, type OpenapiWarning } from './findings.ts';
import { loadFiles, type ReadFile } from './load-files.ts';
import { nameTypes } from './name-types.ts';
import { child, own, ownText, type Place } from './place.ts';
import { printSdl } from './print-sdl.ts';
import { findReachable } from './reachable-types.ts';
import { readBaseUrl } from './read-base-url.ts';
import { readEndpoints } from './read-endpoints.ts';
import { readFileBelow } from './read-file-below.ts';
import type { Reading } from './reading.ts';
import { References } from './references.ts';
import { suggestConfig } from './suggest-config.ts';
import { TypeBuilder } from './type-builder.ts';
import { UniqueNames } from './unique-names.ts';

/** What to import and how. */
export interface ImportOpenapiOptions {
  /** OpenAPI 3.0 or 3.1 or Swagger 2.0, JSON or YAML. */
  readonly document: string;
  /** The subgraph's name. */
  readonly name: string;
  /** Folder of the document: files below it that it refers to are read. Default: none are. */
  readonly baseDir?: string;
  /** Reads the files that the document refers to, by their path below it, instead of `baseDir`. */
  readonly readFile?: ReadFile;
  /** Begins the name of every type (but scalars) and root field, so that services with equal names compose. Default: none. */
  readonly prefix?: string;
}

/** The outcome of an import. */
export interface OpenapiImport {
  /** Federation SDL with `@rest` directives, without their definitions. */
  readonly sdl: string;
  /** What the SDL lacks, or has in another form than the document. */
  readonly warnings: readonly OpenapiWarning[];
  /** Where the service is, as far as the document says: an absolute URL without a slash at its end. */
  readonly baseUrl: string | undefined;
  /** Lines for `overlock.yaml` that use the SDL as `<name>.graphql`. */
  readonly suggestion: string;
}

/**
 * Turns the description of a REST service into federation SDL: GET operations to fields of Query, all others to fields of Mutation, schemas that
 * they use to types. Equal documents give equal SDL.
 *
 * @throws {OpenapiError} with every problem and its place when the document cannot be imported
 */
export async function importOpenapi(options: ImportOpenapiOptions): Promise<OpenapiImport> {
  const { document, name, baseDir, prefix = '' } = options;
  const readFile = options.readFile ?? (baseDir === undefined ? undefined : readFileBelow(baseDir));
  const files = await loadFiles(document, readFile);
  const main = files.get('');
  const root: Place = { value: typeof main === 'object' ? main.value : undefined, file: '', pointer: '' };
  const findings = new Findings();
  const version = readVersion(root, findings);
  findings.throwProblems();
  const reading: Reading = { root, version, references: new References(files, findings), findings };
  const sdl = toSdl(reading, prefix);
  const baseUrl = readBaseUrl(reading);
  return { sdl, warnings: findings.warnings(), baseUrl, suggestion: suggestConfig(name, baseUrl) };
}

function readVersion(root: Place, findings: Findings): Reading['version'] {
  const openapi = own(root.value, 'openapi');
  const swagger = own(root.value, 'swagger');
  if (String(swagger).startsWith('2')) return 'swagger-2';
  if (!String(openapi).startsWith('3.')) {
    const known = 'Only documents with "openapi: 3.x" or "swagger: \'2.0\'" can be imported';
    const said = openapi ?? swagger;
    findings.refuse(
      root,
      said === undefined ? `${known}; this one has neither.` : `${known}, not ${JSON.stringify(said)}.`,
    );
  }
  return 'openapi-3';
}

function toSdl(reading: Reading, prefix: string): string {
  const endpoints = readEndpoints(reading);
  if (endpoints.length === 0) reading.findings.refuse(reading.root, 'The document describes no operation to import.');
  reading.findings.throwProblems();
  const builder = new TypeBuilder(reading);
  const names = { query: new UniqueNames(), mutation: new UniqueNames() };
  const operations = endpoints.flatMap((endpoint) => {
    const scope = endpoint.method === 'GET' ? names.query : names.mutation;
    return buildOperation(endpoint, prefix, scope, builder) ?? [];
  });
  builder.finish();
  reading.findings.throwProblems();
  const { definitions } = builder;
  alignInterfaces(definitions);
  breakInputCycles(definitions);
  findEntities(operations, builder);
  const reachable = findReachable(
    operations.map(({ field }) => field),
    definitions,
  );
  const fieldsOf = (isQuery: boolean) =>
    operations.filter(({ endpoint }) => (endpoint.method === 'GET') === isQuery).map(({ field }) => field);
  return printSdl({
    queries: fieldsOf(true),
    mutations: fieldsOf(false),
    definitions,
    names: nameTypes(
      definitions.filter(({ id }) => reachable.definitions.has(id)),
      prefix,
    ),
    scalars: reachable.scalars,
    description: readTitle(reading.root),
  });
}

function readTitle(root: Place): string | undefined {
  const info = child(root, 'info');
  const title = ownText(info?.value, 'title');
  const version = ownText(info?.value, 'version');
  return title === undefined ? undefined : [title, version].filter(Boolean).join(' ').slice(0, 200);
}
