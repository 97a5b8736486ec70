import { StoreError } from '../store-error.ts';

/** Says what operators can do about an error of the embedded database; one that they can do nothing about stays as it is. */
export function toLibsqlStoreError(error: unknown, file: string): unknown {
  if (error instanceof StoreError || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const sentence = sentenceOf(code) ?? (error.message.startsWith('ConnectionFailed') ? unopened : undefined);
  if (sentence === undefined && (!code.startsWith('SQLITE_') || code.startsWith('SQLITE_CONSTRAINT'))) return error;
  return new StoreError(`The registry's database ${file} ${sentence ?? unexpected(code)}`, { cause: error });
}

const unopened = 'cannot be opened: the directory must be there, and the registry must be allowed to write in it.';

function sentenceOf(code: string): string | undefined {
  if (code.startsWith('SQLITE_BUSY')) {
    return 'is in use by another process. Stop that one, or keep the registry in PostgreSQL, which several may share.';
  }
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_PERM')) {
    return 'may not be written. Let the registry write in its directory and to all files in it.';
  }
  if (code.startsWith('SQLITE_CANTOPEN')) return unopened;
  if (code.startsWith('SQLITE_FULL')) {
    return 'cannot grow: the disk is full. Nothing of the change was kept. Make room and try again.';
  }
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) {
    return 'is damaged, or no database. Put a backup in its place, or move it away to begin anew.';
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return 'cannot be read or written: the disk reports an error. Nothing of the change was kept. Look after the disk.';
  }
  return undefined;
}

function unexpected(code: string): string {
  return `answers ${code}, which is not expected of it. Nothing of the change was kept.`;
}
