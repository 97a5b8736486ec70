import { unwatchFile, watchFile } from 'node:fs';

/** Long enough for a tool that writes a certificate and then its key. */
const changeSettlesMs = 100;
const defaultPollMs = 1_000;

/**
 * Calls `onChange` when files have changed, appeared or gone, once for changes that come together. Asks for their state from time
 * to time: secrets are mounted as links that are swapped, and on file systems that report nothing.
 */
export function watchFiles(
  files: readonly string[],
  onChange: () => void,
  pollMs = defaultPollMs,
): { readonly close: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, changeSettlesMs);
  };
  for (const file of files) watchFile(file, { interval: pollMs, persistent: false }, changed);
  return {
    close() {
      clearTimeout(timer);
      for (const file of files) unwatchFile(file, changed);
    },
  };
}
