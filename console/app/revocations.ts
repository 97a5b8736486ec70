import { confirmed, tell } from './dialogs.ts';
import { h } from './element.ts';
import { Follower } from './follower.ts';
import { lengthChoice } from './lengths.ts';
import { choice, field, textInput } from './parts.ts';
import { revocationId } from './record-ids.ts';
import { type Kept, recordsAt } from './records.ts';
import { showTime } from './show.ts';
import { Table } from './table.ts';

/** What is revoked, by what it is named by. */
type Revocation = Readonly<Record<string, string>>;

const revocations = recordsAt<Revocation>('revocations');
const kinds = [
  ['subject', 'All of a subject'],
  ['tokenId', 'Token, by its id (jti)'],
  ['key', 'API key, by its id'],
  ['fingerprint', 'Certificate, by its SHA-256'],
] as const;

/** Credentials that count no more before their end. */
export function revocationsPart() {
  const undo = async ({ id, value }: Kept<Revocation>) => {
    const isToBe = await confirmed({
      title: `Let ${describe(value)} count again?`,
      consequence: 'All gateways that share the store accept it within a second, unless it has ended.',
      doIt: 'Let it count',
    });
    if (!isToBe) return;
    await tell(`It counts again: ${describe(value)}.`, async () => {
      await revocations.remove(id);
      await follower.refresh();
    });
  };
  const table = new Table<Kept<Revocation>>({
    caption: 'Credentials that count no more',
    empty: 'Nothing is revoked.',
    keyOf: ({ id }) => id,
    columns: [
      { title: 'What', cell: ({ value }) => describe(value) },
      {
        title: 'Until',
        isShort: true,
        cell: ({ expiresAt }) => (expiresAt === undefined ? 'it is undone' : showTime(expiresAt)),
      },
    ],
    actions: [{ title: () => 'Undo', run: (record) => void undo(record) }],
  });
  const follower = new Follower(async () => table.update(await revocations.list()));
  const hint =
    'A subject is revoked with all that was issued to it until now, and can sign in anew. It need not last longer than the longest life of what is revoked.';
  const form = createForm(() => follower.refresh());
  const panel = h('div', { class: 'panel' }, h('h3', {}, 'Revoke something'), form, h('p', { class: 'hint' }, hint));
  return {
    element: h('section', {}, h('h2', {}, 'Revocations'), panel, follower.element, table.element),
    close: () => follower.close(),
  };
}

function createForm(refresh: () => Promise<void>): HTMLElement {
  const kind = choice(kinds);
  const name = textInput();
  const issuer = textInput(false);
  const issued = field('Only of this issuer', issuer, true);
  const length = lengthChoice('86400000', 'until it is undone');
  kind.addEventListener('change', () => {
    issued.hidden = kind.value !== 'subject' && kind.value !== 'tokenId';
  });
  const form = h(
    'form',
    {},
    field('What', kind),
    field('Name', name, true),
    issued,
    field('For', length.element),
    h('button', { class: 'danger' }, 'Revoke'),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const target: Revocation = {
      [kind.value]: toName(kind.value, name.value.trim()),
      ...(!issued.hidden && issuer.value.trim() !== '' && { issuer: issuer.value.trim() }),
    };
    await tell(`Revoked: ${describe(target)}.`, async () => {
      await revocations.put(revocationId(target), target, length.lifetimeMs());
      form.reset();
      issued.hidden = false;
      await refresh();
    });
  });
  return form;
}

/** Who pastes a whole key means its id, and need not send the secret anywhere; fingerprints are also printed as `9F:86:D0`. */
function toName(kind: string, text: string): string {
  if (kind === 'key') return /^ovk_([a-z\d]{12})_/.exec(text)?.[1] ?? text;
  return kind === 'fingerprint' ? text.replaceAll(':', '').toLowerCase() : text;
}

function describe({ key, fingerprint, tokenId, subject, issuer, issuedBefore }: Revocation): string {
  const of = issuer === undefined ? '' : ` of ${issuer}`;
  if (key !== undefined) return `API key ${key}`;
  if (fingerprint !== undefined) return `certificate ${fingerprint.slice(0, 16)}…`;
  if (tokenId !== undefined) return `token ${tokenId}${of}`;
  return `all that was issued to ${subject}${of} ${issuedBefore === undefined ? 'until now' : `before ${showTime(issuedBefore)}`}`;
}
