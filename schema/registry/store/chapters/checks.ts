import type { Database, Row } from '../database/database.ts';
import { bytesOf, numberOf, textOf } from '../database/row.ts';
import type { RegistryStore } from '../registry-store.ts';
import { compress, decompress } from '../texts/compress.ts';
import { keepAlongside } from './alongside.ts';

type CheckChapter = Pick<RegistryStore, 'saveCheck' | 'readCheck' | 'listChecks'>;

/** Of a variant; older ones are thrown away. */
const checksMost = 1_000;

/** Reports of checks. */
export function createCheckChapter(database: Database): CheckChapter {
  return {
    async saveCheck({ graph, variant }, id, at, report, alongside) {
      const { encoding, bytes } = await compress(JSON.stringify(report));
      await database.transaction(async (transaction) => {
        await transaction.query(
          `insert into checks (graph, variant, id, at, encoding, report) values (?, ?, ?, ?, ?, ?)
            on conflict (graph, variant, id) do update
            set at = excluded.at, encoding = excluded.encoding, report = excluded.report`,
          [graph, variant, id, at, encoding, bytes],
        );
        await transaction.query(
          `delete from checks where graph = ? and variant = ? and at <
            (select at from checks where graph = ? and variant = ? order by at desc limit 1 offset ?)`,
          [graph, variant, graph, variant, checksMost - 1],
        );
        await keepAlongside(transaction, alongside);
      });
    },
    async readCheck({ graph, variant }, id) {
      const [row] = await database.query(
        'select encoding, report from checks where graph = ? and variant = ? and id = ?',
        [graph, variant, id],
      );
      return row && toReport(row);
    },
    async listChecks({ graph, variant }, limit) {
      const rows = await database.query(
        'select id, at, encoding, report from checks where graph = ? and variant = ? order by at desc, id limit ?',
        [graph, variant, limit],
      );
      return Promise.all(
        rows.map(async (row) => ({ id: textOf(row, 'id'), at: numberOf(row, 'at'), report: await toReport(row) })),
      );
    },
  };
}

async function toReport(row: Row): Promise<unknown> {
  return JSON.parse(await decompress(textOf(row, 'encoding'), bytesOf(row, 'report')));
}
