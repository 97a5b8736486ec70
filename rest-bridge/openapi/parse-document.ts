import type { Document, LineCounter, YAMLError } from 'yaml';
import { openapiLimits } from './limits.ts';
import { OpenapiError } from './openapi-error.ts';

type Yaml = typeof import('yaml');

/**
 * Reads JSON or YAML text into plain data. Aliases of YAML stay shared, so the result may be a graph: walk it with a set of
 * what was seen. Text that begins with a brace or a bracket is JSON.
 *
 * @throws {OpenapiError} with the line when the text is neither, or is nested deeper than any description is
 */
export async function parseDocument(text: string, file: string): Promise<unknown> {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const isJson = /^\s*[[{]/.test(source);
  const value = isJson ? parseJson(source, file) : parseYaml(source, file, await import('yaml'));
  if (isDeeperThan(value, openapiLimits.depth)) throw tooDeep(file);
  return value;
}

function parseJson(source: string, file: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    const position = / at position (\d+)/.exec(reason)?.[1];
    const line = source.slice(0, position === undefined ? source.length : Number(position)).split('\n').length;
    const [message = ''] = reason.split(/ in JSON at position| \(line/, 1);
    throw new OpenapiError([{ pointer: file, line, message: `Not JSON: ${message.slice(0, 200)}.` }]);
  }
}

function parseYaml(source: string, file: string, yaml: Yaml): unknown {
  refuseCostlyYaml(source, file, yaml);
  const lineCounter = new yaml.LineCounter();
  try {
    // Looking for duplicate keys costs the square of their number, and so does printing where each error is.
    const document = yaml.parseDocument(source, { merge: true, uniqueKeys: false, prettyErrors: false, lineCounter });
    if (document.errors.length > 0) throw notReadable(file, document.errors, lineCounter);
    refuseKeysThatAreNotText(document, file, yaml);
    // Counting aliases is exponential where they are chained; resolving them is not, as they stay shared.
    return document.toJS({ maxAliasCount: -1 });
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(file);
    if (error instanceof ReferenceError) throw problem(file, `Not YAML: ${error.message.slice(0, 200)}.`);
    throw error;
  }
}

/** Composing YAML recurses and, on deep nesting, ends the process inside the regular expression compiler: count first. */
function refuseCostlyYaml(source: string, file: string, yaml: Yaml): void {
  let flowDepth = 0;
  let indentation = 0;
  let indicators = 0;
  let aliases = 0;
  let explicitKeys = 0;
  for (const token of new yaml.Lexer().lex(source)) {
    if (token.startsWith('\n') || token.startsWith('\r')) {
      indentation = 0;
      indicators = 0;
    } else if (token === '[' || token === '{') flowDepth++;
    else if (token === ']' || token === '}') flowDepth--;
    else if (token === '-') indicators++;
    else if (token === '?') explicitKeys++;
    else if (token.startsWith('*')) aliases++;
    else if (/^ +$/.test(token)) indentation = Math.max(indentation, token.length);
    if (
      flowDepth > openapiLimits.depth ||
      indicators > openapiLimits.depth ||
      indentation > openapiLimits.yamlIndentation
    ) {
      throw tooDeep(file);
    }
    if (aliases > openapiLimits.yamlAliases || explicitKeys > openapiLimits.yamlExplicitKeys) {
      const most = `${openapiLimits.yamlAliases} aliases or ${openapiLimits.yamlExplicitKeys} explicit keys`;
      throw problem(file, `The YAML has more than ${most}. Use $ref instead.`);
    }
  }
}

function refuseKeysThatAreNotText(document: Document, file: string, yaml: Yaml): void {
  yaml.visit(document, {
    Pair: (_, pair) => {
      if (yaml.isCollection(pair.key)) throw problem(file, 'A key of the YAML is a list or a map; use text.');
    },
  });
}

function isDeeperThan(value: unknown, depthMax: number): boolean {
  const seen = new Set<object>();
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > depthMax) return true;
    const next: unknown[] = [];
    for (const node of level) {
      if (typeof node !== 'object' || node === null || seen.has(node)) continue;
      seen.add(node);
      for (const inner of Object.values(node)) if (typeof inner === 'object') next.push(inner);
    }
    level = next;
  }
  return false;
}

function notReadable(file: string, errors: readonly YAMLError[], lineCounter: LineCounter): OpenapiError {
  return new OpenapiError(
    errors.slice(0, openapiLimits.problems).map(({ message, pos: [start] }) => {
      return { pointer: file, line: lineCounter.linePos(start).line, message: `Not YAML: ${message.slice(0, 200)}.` };
    }),
  );
}

function tooDeep(file: string): OpenapiError {
  return problem(file, `The document is nested deeper than ${openapiLimits.depth} levels.`);
}

function problem(file: string, message: string): OpenapiError {
  return new OpenapiError([{ pointer: file, message }]);
}
