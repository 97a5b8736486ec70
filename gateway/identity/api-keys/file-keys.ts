import { readTextFile } from '../../config/read-text-file.ts';
import { watchFiles } from '../../config/watch-files.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { type ApiKey, keyFileMaxBytes, parseKeyFile } from './key-file.ts';
import type { KeySource } from './key-source.ts';

/** The API keys of a file, read again when it changes. A file that cannot be read any more leaves the keys as they were. */
export function createFileKeys(file: string, log: Logger): KeySource {
  let keys: ReadonlyMap<string, ApiKey> | undefined;
  const load = async () => {
    const read = await readTextFile(file, keyFileMaxBytes);
    try {
      if (read.kind === 'failed') throw new Error(`The file ${read.reason}.`);
      keys = new Map(parseKeyFile(read.text).map((key) => [key.id, key]));
      log.info('API keys were read.', { file, keys: keys.size });
    } catch (error) {
      log.error('API keys cannot be read; the former ones stay.', { file, error });
    }
  };
  const tried = load();
  let last = tried;
  const watcher = watchFiles([file], () => {
    last = last.then(load);
  });
  return { keys: () => keys, tried, close: watcher.close };
}
