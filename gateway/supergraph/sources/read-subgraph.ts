import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery, printSchema } from 'graphql';
import type { Subgraph } from '../../../schema/subgraph/subgraph.ts';
import { toShownUrl } from '../../../schema/supergraph/to-shown-url.ts';
import type { SubgraphConfig } from '../../config/graph.ts';
import type { HttpText } from './http-text.ts';

/**
 * Reads the schema of one subgraph from where its configuration says: a file, the live service, or an OpenAPI document.
 * @throws Error that says what was tried and why it failed.
 */
export async function readSubgraph(name: string, config: SubgraphConfig, http: HttpText): Promise<Subgraph> {
  const { url } = config;
  switch (config.kind) {
    case 'federation':
      return { kind: 'federation', name, url, sdl: await readSdl(config.schema, () => askForSdl(url, http)) };
    case 'graphql':
      return {
        kind: 'graphql',
        name,
        url,
        sdl: await readSdl(config.schema, () => introspect(url, http)),
        entities: config.entities,
      };
    case 'rest': {
      const sdl =
        config.openapi === undefined
          ? await readSdl(config.schema, () => Promise.reject(new Error('no schema is configured')))
          : await importDocument(name, config.openapi);
      return { kind: 'rest', name, url, sdl, maxConcurrency: config.maxConcurrency };
    }
    default:
      return config satisfies never;
  }
}

async function readSdl(file: string | undefined, ask: () => Promise<string>): Promise<string> {
  return file === undefined ? await ask() : await trying(`read ${file}`, () => readFile(file, 'utf8'));
}

async function importDocument(name: string, file: string): Promise<string> {
  const { importOpenapi } = await import('../../../rest-bridge/openapi/import-openapi.ts');
  const document = await trying(`read ${file}`, () => readFile(file, 'utf8'));
  const imported = await trying(`import ${file}`, () => importOpenapi({ document, name, baseDir: path.dirname(file) }));
  return imported.sdl;
}

function askForSdl(url: string, http: HttpText): Promise<string> {
  return trying(`ask ${toShownUrl(url)} for _service { sdl }`, async () => {
    const data = readData(await http.read({ url, json: { query: '{ _service { sdl } }' } }));
    const service = data['_service'];
    const sdl = isObject(service) ? service['sdl'] : undefined;
    if (typeof sdl !== 'string') {
      throw new Error(
        'it answered without an SDL; if it is no federation service, set kind: graphql, or give a schema file',
      );
    }
    return sdl;
  });
}

function introspect(url: string, http: HttpText): Promise<string> {
  return trying(`introspect ${toShownUrl(url)}`, async () => {
    const query = getIntrospectionQuery({ descriptions: true, specifiedByUrl: true, inputValueDeprecation: false });
    const data = readData(await http.read({ url, json: { query } }));
    return printSchema(buildClientSchema(data as unknown as IntrospectionQuery));
  });
}

function readData(text: string): Readonly<Record<string, unknown>> {
  const answer: unknown = parseJson(text);
  if (isObject(answer) && isObject(answer['data'])) return answer['data'];
  throw new Error('it answered without data; if introspection is off there, give a schema file');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it answered something that is not JSON');
  }
}

async function trying<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw new Error(`Tried to ${what}: ${reasonOf(error)}.`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed';
  if (error.name === 'TimeoutError') return 'no answer in time';
  const inner = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  return inner.message.replace(/\.$/, '');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
