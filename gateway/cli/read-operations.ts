import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { GraphQLError, Kind, parse } from 'graphql';
import { readTextFile } from '../config/read-text-file.ts';

/** One operation of a file. */
export interface OperationFile {
  /** The file within the folder, with `/`, and the operation's name where the file has several. */
  readonly name: string;
  readonly query: string;
  readonly operationName: string | undefined;
  /** What stands beside it in `<file>.variables.json`, if there is such a file. */
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

const fileMaxBytes = 1024 * 1024;
const filesMax = 10_000;
const extension = /\.(graphql|gql)$/;

/**
 * Reads the operations of a folder and of the folders within it, in the order of their names.
 * @throws Error with a sentence that names the file
 */
export async function readOperations(folder: string): Promise<readonly OperationFile[]> {
  const found = await readdir(folder, { recursive: true });
  const files = found.filter((file) => extension.test(file)).map((file) => file.replaceAll(path.sep, '/'));
  if (files.length === 0) throw new Error(`${folder} holds no .graphql or .gql file.`);
  if (files.length > filesMax) throw new Error(`${folder} holds more than ${filesMax} operations.`);
  const operations: OperationFile[] = [];
  for (const file of files.sort()) operations.push(...(await readFileOf(folder, file)));
  return operations;
}

async function readFileOf(folder: string, file: string): Promise<readonly OperationFile[]> {
  const beside = file.replace(extension, '.variables.json');
  const query = await read(folder, file);
  if (query === undefined) throw new Error(`${file} does not exist.`);
  const names = namesOf(file, query);
  const variables = toVariables(beside, await read(folder, beside));
  return names.map((operationName) => ({
    name: names.length === 1 ? file : `${file} ${operationName}`,
    query,
    operationName,
    variables,
  }));
}

async function read(folder: string, file: string): Promise<string | undefined> {
  const outcome = await readTextFile(path.join(folder, file), fileMaxBytes);
  if (outcome.kind === 'text') return outcome.text;
  if (outcome.reason === 'does not exist') return undefined;
  throw new Error(`${file} ${outcome.reason}.`);
}

function namesOf(file: string, query: string): readonly (string | undefined)[] {
  try {
    return parse(query, { noLocation: true }).definitions.flatMap((node) =>
      node.kind === Kind.OPERATION_DEFINITION ? [node.name?.value] : [],
    );
  } catch (error) {
    if (error instanceof GraphQLError) throw new Error(`${file}: ${error.message}`);
    throw error;
  }
}

function toVariables(file: string, text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    throw new Error(`${file} is not JSON.`);
  }
  throw new Error(`${file} must hold a JSON object.`);
}
