import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { RegoConfig } from '../../../config/authorization.ts';
import { readTar } from './read-tar.ts';

/** What a policy is made of. */
export interface RegoFiles {
  /** WebAssembly. */
  readonly wasm: Buffer;
  /** What the policy reads as `data`. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Largest file, and largest bundle once it is unpacked. */
const fileMaxBytes = 64 * 1024 * 1024;

const unzip = promisify(gunzip);

/**
 * Reads a compiled policy and its data: `policy.wasm`, or a bundle as `opa build` writes it
 * (https://www.openpolicyagent.org/docs/management-bundles#bundle-file-format). Signatures of bundles are not looked at.
 * @throws Error with a sentence that names the file
 */
export async function readRegoFiles({ wasm, data }: Pick<RegoConfig, 'wasm' | 'data'>): Promise<RegoFiles> {
  const policy = await naming(wasm, async () => await readPolicy(await readBounded(wasm)));
  if (data === undefined) return policy;
  return { wasm: policy.wasm, data: await naming(data, async () => parseData(await readBounded(data))) };
}

async function readPolicy(bytes: Buffer): Promise<RegoFiles> {
  const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isZipped) return { wasm: bytes, data: {} };
  const files = readTar(await unzip(bytes, { maxOutputLength: fileMaxBytes }));
  const wasm = files.get('policy.wasm');
  if (wasm === undefined) throw new Error('holds no policy.wasm; build it with opa build -t wasm');
  const data = files.get('data.json');
  return { wasm, data: data === undefined ? {} : parseData(data) };
}

function parseData(bytes: Buffer): Readonly<Record<string, unknown>> {
  const data: unknown = parseJson(bytes.toString('utf8'));
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return { ...data };
  throw new Error('must hold a JSON object');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('is not JSON');
  }
}

async function readBounded(file: string): Promise<Buffer> {
  const { size } = await stat(file);
  if (size > fileMaxBytes) throw new Error(`is larger than ${fileMaxBytes} bytes`);
  return await readFile(file);
}

async function naming<Result>(file: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it failed';
    throw new Error(
      error instanceof Error && 'code' in error ? `${file} cannot be read: ${reason}` : `${file} ${reason}.`,
    );
  }
}
