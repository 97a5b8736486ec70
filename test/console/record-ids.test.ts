import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { namedId, revocationId, toHex } from '../../console/app/record-ids.ts';
import { sha256 } from '../../console/app/sha256.ts';
import { revocationIdOf } from '../../gateway/identity/revocation.ts';
import { logLevelIdOf } from '../../gateway/log-levels/log-level.ts';
import { blockIdOf } from '../../gateway/policy/blocks/block.ts';

describe('the ids of what the console says', () => {
  it.each([0, 1, 55, 56, 63, 64, 65, 119, 1_000])('have a digest of %s letters that is that of others', (length) => {
    const text = 'é'.repeat(length);
    expect(toHex(sha256(text))).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it('are those of the command line, so that one takes the place of the other', () => {
    expect(namedId('operation', 'Top')).toBe(blockIdOf({ what: 'operation', name: 'Top' }));
    expect(namedId('all', '')).toBe(logLevelIdOf({ scope: 'all', name: '' }));
    const targets = [{ subject: 'ada', issuer: 'https://a/' }, { tokenId: '7' }, { key: '4f1c09a2b3d7' }];
    expect(targets.map(revocationId)).toEqual(targets.map(revocationIdOf));
  });
});
