import type { ExecutionResult } from 'graphql';
import type { Expectation } from './monolith.ts';

type Path = readonly (string | number)[];
type Errors = readonly { readonly path?: Path | undefined }[];

/** What is wrong with an answer, each as a sentence; nothing when it is as good as the expected one. */
export function compareAnswers(expectation: Expectation, got: ExecutionResult): readonly string[] {
  const findings: string[] = [];
  compareValues(expectation.answer.data, got.data, [], expectation, findings);
  compareErrors(expectation, got, findings);
  return findings;
}

function compareValues(expected: unknown, got: unknown, path: Path, lenience: Expectation, findings: string[]): void {
  const place = path.join('.');
  if (lenience.wild.has(place) || (got === null && lenience.open.has(place))) return;
  const at = `at ${place || 'the root'}`;
  if (Array.isArray(expected) && Array.isArray(got)) {
    if (expected.length !== got.length) findings.push(`${at}: ${got.length} items, not ${expected.length}.`);
    for (const [index, item] of expected.entries())
      compareValues(item, got[index], [...path, index], lenience, findings);
  } else if (isObject(expected) && isObject(got)) {
    const keys = Object.keys(expected);
    const gotKeys = Object.keys(got);
    // The order of keys is part of the answer: https://spec.graphql.org/draft/#sec-Response-Format
    if (keys.join() !== gotKeys.join())
      findings.push(`${at}: the keys are ${gotKeys.join(', ')}, not ${keys.join(', ')}.`);
    for (const key of keys) {
      if (key in got) compareValues(expected[key], got[key], [...path, key], lenience, findings);
    }
  } else if (expected !== got) {
    findings.push(`${at}: ${JSON.stringify(got)}, not ${JSON.stringify(expected)}.`);
  }
}

/**
 * Where several errors null one place, it is left open which of them are reported: execution may stop at the first
 * (https://spec.graphql.org/draft/#sec-Handling-Execution-Errors). So errors are compared by the place that became null.
 */
function compareErrors({ answer, open, wild }: Expectation, got: ExecutionResult, findings: string[]): void {
  const wanted = placesOf(answer.errors ?? [], answer.data);
  const found = placesOf(got.errors ?? [], got.data);
  const isLawful = (place: string) => {
    const steps = place.split('.');
    const above = [...steps.keys()].map((count) => steps.slice(0, count).join('.'));
    return [...above, place].some((prefix) => wild.has(prefix) || open.has(prefix));
  };
  for (const place of wanted)
    if (!found.has(place) && !isLawful(place)) findings.push(`There is no error for ${name(place)}.`);
  for (const place of found)
    if (!wanted.has(place) && !isLawful(place)) findings.push(`There is an error for ${name(place)}.`);
}

function name(place: string): string {
  return place === '' ? 'the whole answer' : place;
}

function placesOf(errors: Errors, data: unknown): ReadonlySet<string> {
  return new Set(errors.map(({ path }) => (path === undefined ? 'no path' : placeOf(path, data))));
}

/** The part of a path down to the first null. */
function placeOf(path: Path, data: unknown): string {
  const place: (string | number)[] = [];
  let value = data;
  for (const step of path) {
    if (value === null || value === undefined) break;
    place.push(step);
    value = (value as Record<string, unknown>)[step];
  }
  return `${place.join('.')}${value === null ? '' : ', where there is a value'}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
