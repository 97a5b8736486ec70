import type { Database, Queries, Row } from '../database/database.ts';
import { jsonOf, numberOf, textOf } from '../database/row.ts';
import type { RegistryStore, StoredDocument } from '../registry-store.ts';
import { keepAlongside } from './alongside.ts';

type DocumentChapter = Pick<RegistryStore, 'readDocument' | 'listDocuments' | 'saveDocument'>;

/** Small documents of other parts. */
export function createDocumentChapter(database: Database): DocumentChapter {
  return {
    async readDocument(kind, id) {
      const [row] = await database.query('select kind, id, value, revision from documents where kind = ? and id = ?', [
        kind,
        id,
      ]);
      return row && toDocument(row);
    },
    async listDocuments(kind) {
      const rows = await database.query('select kind, id, value, revision from documents where kind = ? order by id', [
        kind,
      ]);
      return rows.map(toDocument);
    },
    saveDocument: (document, alongside) =>
      database.transaction(async (transaction) => {
        if (!(await writeDocument(transaction, document))) return false;
        if (alongside !== undefined) await keepAlongside(transaction, alongside);
        return true;
      }),
  };
}

/** Saves a document in the place of the one of its revision; resolves with whether that was the latest. */
export async function writeDocument(queries: Queries, document: StoredDocument): Promise<boolean> {
  return (await write(queries, document)).length > 0;
}

async function write(queries: Queries, { kind, id, value, revision }: StoredDocument): Promise<readonly Row[]> {
  if (value === undefined) {
    return queries.query('delete from documents where kind = ? and id = ? and revision = ? returning id', [
      kind,
      id,
      revision,
    ]);
  }
  const json = JSON.stringify(value);
  if (revision === 0) {
    return queries.query(
      `insert into documents (kind, id, value, revision) values (?, ?, ?, 1)
        on conflict (kind, id) do nothing returning id`,
      [kind, id, json],
    );
  }
  return queries.query(
    'update documents set value = ?, revision = revision + 1 where kind = ? and id = ? and revision = ? returning id',
    [json, kind, id, revision],
  );
}

function toDocument(row: Row): StoredDocument {
  return {
    kind: textOf(row, 'kind'),
    id: textOf(row, 'id'),
    value: jsonOf<unknown>(row, 'value'),
    revision: numberOf(row, 'revision'),
  };
}
