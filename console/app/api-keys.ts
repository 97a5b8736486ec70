import { confirmed, show, tell } from './dialogs.ts';
import { h } from './element.ts';
import { Follower } from './follower.ts';
import { lengthChoice } from './lengths.ts';
import { choice, field, textInput } from './parts.ts';
import { toBase64, toHex } from './record-ids.ts';
import { type Kept, recordsAt } from './records.ts';
import { sha256 } from './sha256.ts';
import { showTime } from './show.ts';
import { Table } from './table.ts';

/** A key as operators get to see it: without its digest. */
interface ApiKey {
  readonly id: string;
  readonly client: string;
  readonly scopes: readonly string[];
  readonly tier?: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
  /** Until when its former secret counts. */
  readonly formerExpiresAt?: string;
}

const keys = recordsAt<ApiKey>('api-keys');
const graces = [
  ['3600000', '1 hour'],
  ['86400000', '1 day'],
  ['604800000', '1 week'],
] as const;

/** The API keys in the store of gateways: made, given another secret, taken back. */
export function keysPart() {
  const table = createKeyTable(() => follower.refresh());
  const follower = new Follower(async () => table.update(await keys.list()));
  const hint = h(
    'p',
    { class: 'hint' },
    'They are kept in the store of gateways, and count where ',
    h('code', {}, 'identity.apiKeys.store'),
    ' is set. Only a digest leaves this page: a key can be seen once.',
  );
  const form = createForm(() => follower.refresh());
  const panel = h('div', { class: 'panel' }, h('h3', {}, 'Make a key'), form, hint);
  return {
    element: h('section', {}, h('h2', {}, 'API keys'), panel, follower.element, table.element),
    close: () => follower.close(),
  };
}

function createKeyTable(refresh: () => Promise<void>): Table<Kept<ApiKey>> {
  const rotate = async ({ id, value }: Kept<ApiKey>) => {
    const grace = choice(graces, '86400000');
    const isToBe = await confirmed({
      title: `Give the key ${id} of ${value.client} another secret?`,
      consequence: 'The new key is shown once; the old one counts for a while, so that nobody is locked out.',
      doIt: 'Give it another',
      fields: [field('The old one counts for', grace)],
    });
    if (!isToBe) return;
    const text = createKeyText(id);
    await tell(`The key ${id} has a new secret.`, async () => {
      const { formerExpiresAt: _ended, ...kept } = value;
      // Only the gateway knows the digest that the key has had until now.
      await keys.put(id, { ...kept, sha256: digestOf(text), former: { expiresAt: timeIn(Number(grace.value)) } });
      await refresh();
      await showKey(text, value.client);
    });
  };
  const revoke = async ({ id, value }: Kept<ApiKey>) => {
    const isToBe = await confirmed({
      title: `Take the key ${id} of ${value.client} back?`,
      consequence: 'It counts no more within a second, on all gateways that share the store.',
      doIt: 'Take it back',
      isDanger: true,
    });
    if (!isToBe) return;
    await tell(`The key ${id} is taken back.`, async () => {
      await keys.remove(id);
      await refresh();
    });
  };
  return new Table<Kept<ApiKey>>({
    caption: 'Keys in the store of gateways',
    empty: 'There are no keys in the store.',
    keyOf: ({ id }) => id,
    columns: [
      { title: 'Client', cell: ({ value }) => value.client },
      { title: 'Id', isShort: true, cell: ({ id }) => ({ text: id, isCode: true }) },
      { title: 'Tier', isShort: true, isExtra: true, cell: ({ value }) => value.tier ?? '–' },
      { title: 'Scopes', isExtra: true, cell: ({ value }) => value.scopes.join(' ') || '–' },
      { title: 'Made', isShort: true, isExtra: true, cell: ({ value }) => showTime(value.createdAt) },
      { title: 'Until', isShort: true, isExtra: true, cell: untilOf },
    ],
    actions: [
      { title: () => 'Rotate', run: (key) => void rotate(key) },
      { title: () => 'Take back', run: (key) => void revoke(key) },
    ],
  });
}

function untilOf({ value: { expiresAt, formerExpiresAt } }: Kept<ApiKey>): string {
  const until = expiresAt === undefined ? 'it is taken back' : showTime(expiresAt);
  return formerExpiresAt === undefined ? until : `${until}; its old secret ${showTime(formerExpiresAt)}`;
}

function createForm(refresh: () => Promise<void>): HTMLElement {
  const client = textInput(true, 100);
  const scopes = textInput(false);
  const tier = textInput(false, 100);
  const length = lengthChoice('', 'until it is taken back');
  const form = h(
    'form',
    {},
    field('Client', client, true),
    field('Scopes, with spaces between', scopes, true),
    field('Tier', tier),
    field('Counts for', length.element),
    h('button', { class: 'primary' }, 'Make it'),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const id = toHex(crypto.getRandomValues(new Uint8Array(6)));
    const text = createKeyText(id);
    const lifetimeMs = length.lifetimeMs();
    const key = {
      ...{ id, client: client.value.trim(), sha256: digestOf(text), createdAt: timeIn(0) },
      scopes: [...new Set(scopes.value.split(/\s+/).filter((scope) => scope !== ''))],
      ...(tier.value.trim() !== '' && { tier: tier.value.trim() }),
      ...(lifetimeMs !== undefined && { expiresAt: timeIn(lifetimeMs) }),
    };
    await tell(`The key ${id} of ${key.client} is made.`, async () => {
      await keys.put(id, key);
      form.reset();
      await refresh();
      await showKey(text, key.client);
    });
  });
  return form;
}

async function showKey(text: string, client: string): Promise<void> {
  const copy = h('button', { type: 'button', 'data-own': true }, 'Copy');
  copy.addEventListener('click', async () => {
    await navigator.clipboard?.writeText(text);
    copy.textContent = 'Copied';
  });
  await show(
    `The key of ${client}`,
    h('p', {}, 'Keep it now: it is stored nowhere and cannot be shown again.'),
    h('p', {}, h('code', { class: 'secret' }, text)),
    copy,
  );
}

/** As the command line makes them: `ovk_`, the id, and a secret of 256 random bits. */
function createKeyText(id: string): string {
  return `ovk_${id}_${toBase64(crypto.getRandomValues(new Uint8Array(32)))}`;
}

function digestOf(text: string): string {
  return toHex(sha256(text));
}

function timeIn(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}
