import type { GraphRef } from '../../../feed/graph-ref.ts';
import type { AuditEntry, Author } from '../../model.ts';
import type { Database, Row } from '../database/database.ts';
import { jsonOf, numberOf, optionalTextOf, textOf } from '../database/row.ts';
import type { RegistryStore } from '../registry-store.ts';
import { cutPage, toPosition } from './page.ts';

type LogChapter = Pick<RegistryStore, 'listAudit' | 'listEvents' | 'removeEvent'>;

/** What was kept alongside of changes: the log of who did what, and events. */
export function createLogChapter(database: Database): LogChapter {
  return {
    async listAudit({ limit, from, ref }) {
      const rows = await database.query(
        `select id, at, author, action, graph, variant, details from audit
          where id < ? ${ref === undefined ? '' : 'and graph = ? and variant = ?'} order by id desc limit ?`,
        [toPosition(from), ...(ref === undefined ? [] : [ref.graph, ref.variant]), limit + 1],
      );
      return cutPage(rows.map(toEntry), limit, ({ id }) => id);
    },
    async listEvents(limit) {
      const rows = await database.query(
        'select id, at, kind, graph, variant, details from events order by id limit ?',
        [limit],
      );
      return rows.map((row) => ({
        id: numberOf(row, 'id'),
        at: numberOf(row, 'at'),
        kind: textOf(row, 'kind'),
        ref: { graph: textOf(row, 'graph'), variant: textOf(row, 'variant') },
        details: jsonOf<AuditEntry['details']>(row, 'details'),
      }));
    },
    async removeEvent(id) {
      await database.query('delete from events where id = ?', [id]);
    },
  };
}

function toEntry(row: Row): AuditEntry {
  const author = jsonOf<Author>(row, 'author');
  return {
    id: numberOf(row, 'id'),
    at: numberOf(row, 'at'),
    author: { token: author.token, name: author.name },
    action: textOf(row, 'action'),
    ref: toRef(row),
    details: jsonOf<AuditEntry['details']>(row, 'details'),
  };
}

function toRef(row: Row): GraphRef | undefined {
  const graph = optionalTextOf(row, 'graph');
  return graph === undefined ? undefined : { graph, variant: textOf(row, 'variant') };
}
