import type { Token } from '../../model.ts';
import type { Database, Row } from '../database/database.ts';
import { jsonOf, optionalNumberOf, textOf } from '../database/row.ts';
import type { RegistryStore } from '../registry-store.ts';
import { keepAlongside } from './alongside.ts';

type TokenChapter = Pick<RegistryStore, 'createToken' | 'findToken' | 'listTokens' | 'revokeToken'>;

/** Tokens, found by digests of their secrets. */
export function createTokenChapter(database: Database): TokenChapter {
  return {
    createToken: (token, digest, alongside) =>
      database.transaction(async (transaction) => {
        const { id, revokedAt, ...rest } = token;
        await transaction.query('insert into tokens (id, digest, token, revoked_at) values (?, ?, ?, ?)', [
          id,
          digest,
          JSON.stringify(rest),
          revokedAt,
        ]);
        await keepAlongside(transaction, alongside);
      }),
    async findToken(digest) {
      const [row] = await database.query('select id, token, revoked_at from tokens where digest = ?', [digest]);
      return row && toToken(row);
    },
    async listTokens() {
      const tokens = (await database.query('select id, token, revoked_at from tokens')).map(toToken);
      return tokens.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
    },
    revokeToken: (id, at, alongside) =>
      database.transaction(async (transaction) => {
        const revoked = await transaction.query(
          'update tokens set revoked_at = ? where id = ? and revoked_at is null returning id',
          [at, id],
        );
        if (revoked.length === 0) return false;
        await keepAlongside(transaction, alongside);
        return true;
      }),
  };
}

function toToken(row: Row): Token {
  const { name, role, teams, variants, createdAt, expiresAt } = jsonOf<Omit<Token, 'id' | 'revokedAt'>>(row, 'token');
  const revokedAt = optionalNumberOf(row, 'revoked_at');
  return { id: textOf(row, 'id'), name, role, teams, variants, createdAt, expiresAt, revokedAt };
}
