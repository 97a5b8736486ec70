import { readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Reads a JSON file that holds an object, such as the variables of an operation.
 * @param file relative to `cwd`
 * @throws Error with a sentence that names the file, when it holds anything else
 */
export async function readObjectFile(file: string, cwd: string): Promise<Readonly<Record<string, unknown>>> {
  const value = parseJson(file, await readFile(path.resolve(cwd, file), 'utf8'));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Error(`${file} must hold a JSON object.`);
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON. ${error instanceof Error ? error.message : ''}`.trim());
  }
}
