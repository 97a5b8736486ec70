import path from 'node:path';
import { z } from 'zod';
import type { DiscoveryConfig } from '../../../config/discovery.ts';
import { readTextFile } from '../../../config/read-text-file.ts';
import { type EndpointSlice, endpointSlice, type SliceOptions, toEndpoints } from './endpoint-slices.ts';
import type { EndpointSource, Look } from './endpoint-source.ts';
import { readLines } from './read-lines.ts';
import { SourceClient } from './source-client.ts';

export interface KubernetesSourceOptions extends Omit<SliceOptions, 'port'> {
  readonly kubernetes: NonNullable<DiscoveryConfig['kubernetes']>;
}

const lineMaxLength = 4 * 1024 ** 2;
const fileMaxBytes = 1024 * 1024;
/** The API server ends a watch after that; what has changed meanwhile is told by the next one. */
const watchSeconds = 240;

const sliceList = z.object({ metadata: z.object({ resourceVersion: z.string() }), items: z.array(endpointSlice) });
const watchEvent = z.object({ type: z.string(), object: z.unknown() });
const bookmark = z.object({ metadata: z.object({ resourceVersion: z.string() }) });

/** The ready endpoints of a service: a list, and then a watch (https://kubernetes.io/docs/reference/using-api/api-concepts/). */
export class KubernetesSource implements EndpointSource {
  readonly name: string;
  readonly #options: KubernetesSourceOptions;
  readonly #slices = new Map<string, EndpointSlice>();
  #client: { readonly ca: string; readonly client: SourceClient } | undefined;
  #version = '';
  #events: AsyncGenerator<string, void> | undefined;

  constructor(options: KubernetesSourceOptions) {
    this.#options = options;
    this.name = `Kubernetes (${options.kubernetes.service})`;
  }

  async look(anew: boolean, signal: AbortSignal): Promise<Look> {
    if (anew || this.#version === '') await this.#list(signal);
    else await this.#follow(signal);
    const { url, group, kubernetes } = this.#options;
    const endpoints = toEndpoints(this.#slices.values(), { url, group, port: kubernetes.port });
    return { endpoints, freshMs: 0 };
  }

  async close(): Promise<void> {
    await this.#client?.client.close();
  }

  async #list(signal: AbortSignal): Promise<void> {
    this.#drop();
    const { client, url, headers } = await this.#open();
    const { metadata, items } = sliceList.parse((await client.readJson(url, { headers, signal })).value);
    this.#slices.clear();
    for (const slice of items) this.#slices.set(slice.metadata.name, slice);
    this.#version = metadata.resourceVersion;
  }

  /** Takes in the next change. */
  async #follow(signal: AbortSignal): Promise<void> {
    this.#events ??= await this.#watch(signal);
    try {
      for (;;) {
        const { done, value } = await this.#events.next();
        if (done === true) {
          this.#events = undefined;
          return;
        }
        if (value !== '' && this.#take(value)) return;
      }
    } catch (error) {
      this.#drop();
      throw error;
    }
  }

  async #watch(signal: AbortSignal): Promise<AsyncGenerator<string, void>> {
    const { client, url, headers } = await this.#open();
    url.searchParams.set('watch', 'true');
    url.searchParams.set('allowWatchBookmarks', 'true');
    url.searchParams.set('resourceVersion', this.#version);
    url.searchParams.set('timeoutSeconds', String(watchSeconds));
    const { body } = await client.open(url, { headers, waitMs: watchSeconds * 1_000, signal });
    return readLines(body, lineMaxLength);
  }

  /** Takes an event in; gives whether it says anything of the slices. */
  #take(line: string): boolean {
    const { type, object } = watchEvent.parse(JSON.parse(line));
    // The version is too old to go on from: the next look begins with a list.
    if (type === 'ERROR') throw new Error('It ended the watch with an error.');
    if (type === 'BOOKMARK') {
      this.#version = bookmark.parse(object).metadata.resourceVersion;
      return false;
    }
    const slice = endpointSlice.parse(object);
    const { name, resourceVersion } = slice.metadata;
    if (type === 'DELETED') this.#slices.delete(name);
    else this.#slices.set(name, slice);
    this.#version = resourceVersion ?? this.#version;
    return true;
  }

  /** The token is given out anew from time to time, and so are certificates. */
  async #open(): Promise<{ client: SourceClient; url: URL; headers: Readonly<Record<string, string>> }> {
    const { tokenFile, caFile, url: base, service, namespace } = this.#options.kubernetes;
    const token = await readSecret(tokenFile);
    const ca = base.startsWith('https:') ? await readSecret(caFile) : '';
    if (this.#client?.ca !== ca) {
      await this.#client?.client.close();
      this.#client = { ca, client: new SourceClient(ca === '' ? undefined : ca) };
    }
    const { client } = this.#client;
    const space = namespace ?? (await readSecret(namespaceFileBeside(tokenFile)));
    const url = new URL(`/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(space)}/endpointslices`, base);
    url.searchParams.set('labelSelector', `kubernetes.io/service-name=${service}`);
    return { client, url, headers: { authorization: `Bearer ${token}` } };
  }

  #drop(): void {
    // Whoever reads no further lets go of the connection.
    this.#events?.return().catch(() => {});
    this.#events = undefined;
  }
}

async function readSecret(file: string): Promise<string> {
  const read = await readTextFile(file, fileMaxBytes);
  if (read.kind === 'failed') throw new Error(`The file ${file} ${read.reason}.`);
  return read.text.trim();
}

/** A pod finds its namespace where it finds its token. */
function namespaceFileBeside(tokenFile: string): string {
  return path.join(path.dirname(tokenFile), 'namespace');
}
