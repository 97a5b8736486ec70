import type { GraphRef } from '../../../feed/graph-ref.ts';
import type { Subgraph } from '../../../subgraph/subgraph.ts';
import type { Commit, Version, VersionCause, VersionSummary } from '../../model.ts';
import type { Database, Queries, Row, Transaction } from '../database/database.ts';
import { jsonOf, numberOf, textOf } from '../database/row.ts';
import type { AlongsideCommit, CommitOutcome, RegistryStore } from '../registry-store.ts';
import { digestOf, prepareTexts, readTexts, writeTexts } from '../texts/texts.ts';
import { keepAlongside } from './alongside.ts';
import { writeDocument } from './documents.ts';
import { claimOwners } from './owners.ts';
import { cutPage, toPosition } from './page.ts';

type VersionChapter = Pick<RegistryStore, 'readVersion' | 'listVersions' | 'commit'>;

/** Versions of variants, and how they come to be. */
export function createVersionChapter(database: Database): VersionChapter {
  return {
    readVersion: (ref, version) => readVersion(database, ref, version),
    async listVersions({ graph, variant }, { limit, from }) {
      const rows = await database.query(
        `select graph, variant, version, summary, supergraph from versions
          where graph = ? and variant = ? and version < ? order by version desc limit ?`,
        [graph, variant, toPosition(from), limit + 1],
      );
      return cutPage(rows.map(toSummary), limit, ({ version }) => version);
    },
    commit: (next, alongside) => commit(database, next, alongside),
  };
}

/** Ends a transaction that must not be kept. */
class Stale extends Error {
  readonly version: number;

  constructor(version: number) {
    super('Somebody else was quicker.');
    this.version = version;
  }
}

async function commit(database: Database, next: Version, alongside: AlongsideCommit): Promise<CommitOutcome> {
  const { ref, version, cause, commit: made, supergraphSdl } = next;
  const outlines: readonly Subgraph[] = next.subgraphs.map((subgraph) => ({
    ...subgraph,
    sdl: digestOf(subgraph.sdl),
  }));
  // One a line, so that the lists of two versions have most lines in common.
  const list = outlines.map((outline) => JSON.stringify(outline)).join('\n');
  const texts = await prepareTexts(database, [supergraphSdl, list, ...next.subgraphs.map(({ sdl }) => sdl)]);
  const summary: Pick<VersionSummary, 'cause' | 'commit'> = { cause, commit: made };
  try {
    await database.transaction(async (transaction) => {
      // First, as where only a document is saved: who locks in another order waits for each other.
      for (const document of alongside.documents ?? []) {
        if (!(await writeDocument(transaction, document))) throw new Stale(version - 1);
      }
      await swap(transaction, ref, version);
      const isOwner = await claimOwners(transaction, ref.graph, alongside.owners);
      if (!isOwner) throw new Stale(version - 1);
      await writeTexts(transaction, texts);
      await transaction.query(
        'insert into versions (graph, variant, version, summary, supergraph, subgraphs) values (?, ?, ?, ?, ?, ?)',
        [ref.graph, ref.variant, version, JSON.stringify(summary), digestOf(supergraphSdl), digestOf(list)],
      );
      await keepAlongside(transaction, alongside, [ref]);
    });
  } catch (error) {
    if (error instanceof Stale) return { kind: 'stale', version: error.version };
    throw error;
  }
  return { kind: 'committed' };
}

/** Of several that come at once, the others wait here for the first to end. */
async function swap(transaction: Transaction, { graph, variant }: GraphRef, version: number): Promise<void> {
  if (version === 1) {
    await transaction.query(
      `insert into variants (graph, variant, version, changes) values (?, ?, 0, 0)
        on conflict (graph, variant) do nothing`,
      [graph, variant],
    );
  }
  const swapped = await transaction.query(
    'update variants set version = ? where graph = ? and variant = ? and version = ? returning version',
    [version, graph, variant, version - 1],
  );
  if (swapped.length > 0) return;
  const [latest] = await transaction.query('select version from variants where graph = ? and variant = ?', [
    graph,
    variant,
  ]);
  throw new Stale(latest === undefined ? 0 : numberOf(latest, 'version'));
}

async function readVersion(queries: Queries, ref: GraphRef, version?: number): Promise<Version | undefined> {
  const { graph, variant } = ref;
  const [row] = await queries.query(
    `select graph, variant, version, summary, supergraph, subgraphs from versions where graph = ? and variant = ?
      and version <= ? order by version desc limit 1`,
    [graph, variant, version ?? Number.MAX_SAFE_INTEGER],
  );
  if (row === undefined || (version !== undefined && numberOf(row, 'version') !== version)) return undefined;
  const lists = textOf(row, 'subgraphs');
  const supergraph = textOf(row, 'supergraph');
  const texts = await readTexts(queries, [supergraph, lists]);
  const outlines = (texts.get(lists) ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Subgraph => JSON.parse(line));
  const sdls = await readTexts(
    queries,
    outlines.map(({ sdl }) => sdl),
  );
  return {
    ...toSummary(row),
    supergraphSdl: texts.get(supergraph) ?? '',
    subgraphs: outlines.map((outline) => ({ ...outline, sdl: sdls.get(outline.sdl) ?? '' })),
  };
}

function toSummary(row: Row): VersionSummary {
  const { cause, commit } = jsonOf<{ readonly cause: VersionCause; readonly commit: Commit }>(row, 'summary');
  return {
    ref: { graph: textOf(row, 'graph'), variant: textOf(row, 'variant') },
    version: numberOf(row, 'version'),
    cause,
    commit: {
      author: { token: commit.author.token, name: commit.author.name },
      at: commit.at,
      message: commit.message,
      revision: commit.revision,
    },
    fingerprint: textOf(row, 'supergraph'),
  };
}
