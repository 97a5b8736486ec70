const blockBytes = 512;

/**
 * Reads the regular files of a tar archive (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html), by their names
 * without `/` or `./` in front. Names of more than 100 bytes are cut, as nothing that is looked for here has one.
 * @throws Error when it is not a whole archive
 */
export function readTar(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>();
  let at = 0;
  while (at + blockBytes <= bytes.length) {
    const header = bytes.subarray(at, at + blockBytes);
    // Two blocks of zeros end an archive.
    if (header[0] === 0) return files;
    const size = Number.parseInt(textOf(header.subarray(124, 136)), 8);
    const start = at + blockBytes;
    if (!(size >= 0) || start + size > bytes.length) break;
    const kind = header[156];
    const isFile = kind === 0 || kind === '0'.charCodeAt(0);
    if (isFile)
      files.set(textOf(header.subarray(0, 100)).replace(/^(\.?\/)+/, ''), bytes.subarray(start, start + size));
    at = start + Math.ceil(size / blockBytes) * blockBytes;
  }
  throw new Error('is not a whole tar archive');
}

function textOf(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end).trim();
}
