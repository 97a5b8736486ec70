import type { Explained, ExplainedAccess, ExplainedIdentity, ExplainedPlace } from '../../explained.ts';
import { h } from '../element.ts';
import { hint, table } from './parts.ts';

/** What the operation demands of who asks, and whether they have it. */
export function accessTab({ access }: Explained): readonly HTMLElement[] {
  if (access === undefined) return [hint('There is nothing to say of it yet.')];
  const { identity, places } = access;
  const about = h('div', { class: 'who' }, h('h3', {}, 'Who asks'), ...showIdentity(identity));
  if (places.length === 0)
    return [about, h('div', { class: 'places' }, hint('Nothing of it is guarded: everybody may ask for it.'))];
  const rows = places.flatMap((place) => showPlace(place, access));
  const guarded = table('Guarded places', ['', 'Place', 'Demands', 'Said by'], rows);
  const said = hint(showVerdict(access));
  return [
    about,
    h('div', { class: 'places', tabindex: 0, role: 'region', 'aria-label': 'Guarded places' }, said, guarded),
  ];
}

/** In a few words. */
export function countDenied({ places }: ExplainedAccess): string {
  if (places.length === 0) return 'open';
  const denied = places.filter(({ allowed }) => !allowed).length;
  return denied === 0 ? 'allowed' : `${denied} denied`;
}

function showVerdict({ places, denied }: ExplainedAccess): string {
  const count = places.filter(({ allowed }) => !allowed).length;
  if (count === 0) return 'All that is guarded of it is allowed. Nothing else of it is guarded.';
  const some = `${count} of ${places.length} guarded places ${count === 1 ? 'is' : 'are'} denied`;
  switch (denied) {
    case 'nulled':
      return `${some}: null will stand there, with an error for each, and all else is answered.`;
    case 'refused':
      return `${some}, so the whole operation is refused.`;
    case 'logged':
      return `${some}, but that is only logged, as authorization.dryRun is on.`;
    default:
      return denied satisfies never;
  }
}

const fates = { nulled: 'null', refused: 'refused', logged: 'denied' } as const;

function showPlace(
  { path, allowed, demands, nullAt }: ExplainedPlace,
  { denied }: ExplainedAccess,
): readonly HTMLElement[] {
  const fate = h('span', { class: allowed ? 'tag good' : 'tag bad' }, allowed ? 'allowed' : fates[denied]);
  return demands.map(({ coordinate, requirement, met, from }, index) => {
    const isFirst = index === 0;
    return h(
      'tr',
      { class: isFirst ? 'first' : undefined },
      h('td', {}, isFirst ? fate : ''),
      h('th', { scope: 'row' }, ...(isFirst ? [h('code', {}, path), ...showNull(nullAt)] : [])),
      h(
        'td',
        {},
        h('span', { class: met ? 'good' : 'bad' }, met ? 'meets ' : 'does not meet '),
        h('code', {}, requirement),
        h('span', { class: 'quiet' }, ' at '),
        h('code', { class: 'quiet' }, coordinate),
      ),
      h('td', { class: 'quiet' }, from.join(', ')),
    );
  });
}

function showNull(at: string | undefined): readonly HTMLElement[] {
  return at === undefined ? [] : [h('span', { class: 'quiet' }, ' takes ', h('code', {}, at), ' with it')];
}

const kinds: Readonly<Record<string, string>> = {
  jwt: 'a JSON Web Token',
  opaqueToken: 'a token that was looked up',
  apiKey: 'an API key',
  certificate: 'a certificate',
};

function showIdentity({ kind, subject, tier, scopes, roles }: ExplainedIdentity): readonly HTMLElement[] {
  if (kind === 'anonymous') {
    return [
      h('p', {}, 'Nobody in particular.'),
      hint('No credentials were sent. Put them into the Headers editor, such as { "authorization": "Bearer …" }.'),
    ];
  }
  const rows: readonly (readonly [string, string])[] = [
    ['Subject', subject ?? 'not named'],
    ['Known by', kinds[kind] ?? kind],
    ['Tier', tier ?? 'none'],
    ['Scopes', scopes.join(', ') || 'none'],
    ['Roles', roles.join(', ') || 'none'],
  ];
  return [h('dl', {}, ...rows.flatMap(([title, value]) => [h('dt', {}, title), h('dd', {}, value)]))];
}
