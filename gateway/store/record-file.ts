import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { z } from 'zod';
import { readTextFile } from '../config/read-text-file.ts';
import { withFileLock } from './file-lock.ts';
import { parseRecordJson, recordPaths, toRecordJson } from './record-json.ts';
import { type RecordKind, recordKinds, type StoredRecord } from './record-store.ts';

/** What a file of records holds, by kind. */
export type RecordsByKind = Readonly<Record<RecordKind, readonly StoredRecord[]>>;

/** What is larger is neither read nor written. */
const fileMaxBytes = 64 * 1024 ** 2;
const ownerOnly = 0o600;
const shape = z.partialRecord(z.enum(recordPaths), z.array(z.unknown()));

/**
 * The records of a file; `undefined` when there is none.
 * @throws Error with a sentence when it cannot be read
 */
export async function readRecordFile(file: string): Promise<RecordsByKind | undefined> {
  const read = await readTextFile(file, fileMaxBytes);
  if (read.kind === 'text') return parseRecords(read.text);
  if (read.reason === 'does not exist') return undefined;
  throw new Error(`It ${read.reason}.`);
}

/**
 * Changes the records of a file, which is made when it does not exist: whoever reads it sees all of the change or nothing of it, also
 * after a crash, and changes of several processes follow each other. `change` gets what is in the file, `undefined` when there is none.
 * @throws Error with a sentence; the file is then as it was
 */
export async function changeRecordFile(
  file: string,
  change: (records: RecordsByKind | undefined) => RecordsByKind,
): Promise<RecordsByKind> {
  return await withFileLock(file, async (assertHeld) => {
    const changed = change(await readRecordFile(file));
    await replace(file, formatRecords(changed), assertHeld);
    return changed;
  });
}

async function replace(file: string, text: string, assertHeld: () => Promise<void>): Promise<void> {
  if (Buffer.byteLength(text) > fileMaxBytes) throw new Error(`It would be larger than ${fileMaxBytes} bytes.`);
  const next = `${file}.${randomUUID()}.next`;
  const mode = await stat(file).then(
    (found) => found.mode & 0o777,
    () => ownerOnly,
  );
  try {
    await writeNew(next, text, mode);
    await assertHeld();
    await rename(next, file);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
}

async function writeNew(file: string, text: string, mode: number): Promise<void> {
  const handle = await open(file, 'wx', ownerOnly);
  try {
    await handle.chmod(mode);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function parseRecords(text: string): RecordsByKind {
  const { data } = shape.safeParse(parseJson(text));
  if (data === undefined) throw new Error('It is no file of records.');
  const parse = (kind: RecordKind) =>
    (data[recordPaths[kind]] ?? []).map((json, index) => {
      const record = parseRecordJson(kind, json);
      if (record === undefined) throw new Error(`It is no file of records: ${recordPaths[kind]}[${index}] is none.`);
      return record;
    });
  return byKind(parse);
}

/** What `of` gives for each kind. */
export function byKind(of: (kind: RecordKind) => readonly StoredRecord[]): RecordsByKind {
  return {
    block: of('block'),
    revocation: of('revocation'),
    apiKey: of('apiKey'),
    logLevel: of('logLevel'),
    canary: of('canary'),
    canaryReport: of('canaryReport'),
  };
}

/** A gateway of an earlier version refuses a file with sections that it does not know: all others are there only when they are needed. */
const firstKinds: ReadonlySet<RecordKind> = new Set(['block', 'revocation', 'apiKey']);

/** One record a line, so that differences can be read. */
function formatRecords(records: RecordsByKind): string {
  const kinds = recordKinds.filter((kind) => records[kind].length > 0 || firstKinds.has(kind));
  const sections = kinds.map((kind) => {
    const lines = records[kind].map((record) => `\n${JSON.stringify(toRecordJson(record))}`);
    return `${JSON.stringify(recordPaths[kind])}:[${lines.join(',')}]`;
  });
  return `{${sections.join(',\n')}}\n`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('It is not JSON.');
  }
}
