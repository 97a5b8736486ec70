import { parse } from 'yaml';
import { z } from 'zod';
import { endpointEntry } from '../../../config/endpoints.ts';
import { readTextFile } from '../../../config/read-text-file.ts';
import { watchFiles } from '../../../config/watch-files.ts';
import type { EndpointSource } from './endpoint-source.ts';

export interface FileSourceOptions {
  readonly file: string;
  /** For entries that name none. */
  readonly group: string | undefined;
  /** Default: that of `watchFiles`. */
  readonly pollMs?: number;
}

const maxBytes = 1024 * 1024;
/** Changes are told; this is for what was missed. */
const freshMs = 60_000;

const entry = z.union([endpointEntry.shape.url.transform((url) => ({ url })), z.unknown()]).pipe(endpointEntry);
const list = z.array(entry).max(1_000);

/** The endpoints that a file lists, in YAML or JSON. */
export function createFileSource({ file, group, pollMs }: FileSourceOptions): EndpointSource {
  let watcher: ReturnType<typeof watchFiles> | undefined;
  return {
    name: `the file ${file}`,
    async look() {
      const read = await readTextFile(file, maxBytes);
      if (read.kind === 'failed') throw new Error(`It ${read.reason}.`);
      const listed = list.safeParse(parse(read.text) ?? []);
      if (!listed.success) throw new Error(z.prettifyError(listed.error));
      const endpoints = listed.data.map((one) => ({
        url: new URL(one.url),
        address: undefined,
        weight: one.weight,
        priority: 0,
        group: one.group ?? group,
        zone: one.zone,
      }));
      return { endpoints, freshMs };
    },
    watch(onChange) {
      watcher = watchFiles([file], onChange, pollMs);
    },
    close() {
      watcher?.close();
      return Promise.resolve();
    },
  };
}
