import type { ExecutionResult } from 'graphql';
import { shareAnswer } from '../../dedupe/shared-answers.ts';
import type { Answer } from '../../execute/engine.ts';
import { TextAnswer } from '../../execute/text-answer.ts';
import { onHeld } from '../../lib/held-bytes.ts';
import type { Storable } from '../cache-report.ts';
import type { CacheEntry, CacheStore } from '../store/cache-store.ts';
import type { Brought } from './gathering.ts';

/** An answer as it is given to everybody who asks for the same: nobody may change it. */
export interface StoredAnswer {
  readonly answer: ExecutionResult;
  readonly storable: Storable;
  /** What subgraphs brought for the client. */
  readonly brought: readonly Brought[];
}

/** An entry, and what it was found under. */
export interface FoundEntry {
  readonly entry: CacheEntry;
  readonly key: string;
}

/** What an entry says beside the answer's data. */
interface Note {
  readonly isPublic: boolean;
  readonly brought: readonly (readonly [subgraph: string, headers: readonly (readonly [string, unknown])[]])[];
}

/** More is for one client, or a mistake. */
const noteMaxLength = 8_192;

const read = new WeakMap<CacheEntry, StoredAnswer>();

/** Whether an answer is as it should be: without errors, and without parts that are told to be old or made up. */
export function isGood(answer: Answer): answer is ExecutionResult {
  if (Symbol.asyncIterator in answer) return false;
  const { data, errors, extensions } = answer;
  return errors === undefined && extensions === undefined && data !== undefined && data !== null;
}

/** The data of an answer as JSON. */
export function dataTextOf(answer: ExecutionResult): string {
  return TextAnswer.textOf(answer) ?? JSON.stringify(answer.data);
}

/** What is kept beside the data; `undefined` when it is too much. */
export function writeNote(isPublic: boolean, brought: readonly Brought[]): string | undefined {
  const note: Note = { isPublic, brought: brought.map(([subgraph, headers]) => [subgraph, [...headers]]) };
  const text = JSON.stringify(note);
  return text.length > noteMaxLength ? undefined : text;
}

/** The answer that an entry is: the same object for the same entry, so that its body is written and compressed once. */
export function readStored({ entry, key }: FoundEntry, store: Pick<CacheStore, 'hold'>): StoredAnswer {
  const known = read.get(entry);
  if (known !== undefined) return known;
  const { storedAtMs, freshUntilMs, staleUntilMs, errorUntilMs, tags } = entry;
  const note = JSON.parse(entry.note ?? '{"isPublic":false,"brought":[]}') as Note;
  const answer = new TextAnswer(entry.text);
  shareAnswer(answer);
  onHeld(answer, (bytes) => store.hold(key, entry, bytes));
  const stored: StoredAnswer = {
    answer,
    storable: {
      storedAtMs,
      freshUntilMs,
      staleWhileRevalidateMs: Math.max(0, staleUntilMs - freshUntilMs),
      staleIfErrorMs: Math.max(0, errorUntilMs - freshUntilMs),
      isPublic: note.isPublic,
      readTags: () => tags,
    },
    brought: note.brought.map(([subgraph, headers]): Brought => [subgraph, toHeaders(headers)]),
  };
  read.set(entry, stored);
  return stored;
}

/** The same data, told to be old: it is given as nothing newer could be had. */
export function toDegraded({ entry: { text } }: FoundEntry): ExecutionResult {
  return new TextAnswer(text, { degraded: [{ path: [], reason: 'stale' }] });
}

function toHeaders(headers: Note['brought'][number][1]): ReadonlyMap<string, string | readonly string[]> {
  return new Map(
    headers.map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : String(value)] as const),
  );
}
