import type { Approval } from '../../model.ts';
import type { Database } from '../database/database.ts';
import { jsonOf, textOf } from '../database/row.ts';
import { queryIn } from '../database/rows.ts';
import type { RegistryStore } from '../registry-store.ts';
import { keepAlongside } from './alongside.ts';

type ApprovalChapter = Pick<RegistryStore, 'approve' | 'listApprovals'>;

/** Who has consented to which changes; the same author once. */
export function createApprovalChapter(database: Database): ApprovalChapter {
  return {
    approve: (approval, alongside) =>
      database.transaction(async (transaction) => {
        const { ref, change, author, at, message } = approval;
        await transaction.query(
          `insert into approvals (graph, variant, change, author, approval) values (?, ?, ?, ?, ?)
            on conflict (graph, variant, change, author) do update set approval = excluded.approval`,
          [ref.graph, ref.variant, change, author.token ?? '', JSON.stringify({ author, at, message })],
        );
        await keepAlongside(transaction, alongside);
      }),
    async listApprovals(ref, changes) {
      const rows = await queryIn(
        database,
        'select change, approval from approvals where graph = ? and variant = ? and change in',
        [ref.graph, ref.variant],
        [...new Set(changes)],
      );
      return rows
        .map((row): Approval => {
          const { author, at, message } = jsonOf<Pick<Approval, 'author' | 'at' | 'message'>>(row, 'approval');
          return {
            ref,
            change: textOf(row, 'change'),
            author: { token: author.token, name: author.name },
            at,
            message,
          };
        })
        .sort((a, b) => a.at - b.at);
    },
  };
}
