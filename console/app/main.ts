import { admin } from './admin.ts';
import { alertsView } from './alerts-view.ts';
import { blocksView } from './blocks-view.ts';
import { cacheView } from './cache-view.ts';
import { clientsView } from './clients-view.ts';
import { credentialsView } from './credentials-view.ts';
import { diagnosisView } from './diagnosis-view.ts';
import { h, setText } from './element.ts';
import { Feed, type Live } from './feed.ts';
import { graphView } from './graph-view.ts';
import { operationView } from './operation-view.ts';
import { operationsView } from './operations-view.ts';
import { overviewView } from './overview-view.ts';
import { refusalsView } from './refusals-view.ts';
import { listenForShortcuts, showShortcuts } from './shortcuts.ts';
import { showClock } from './show.ts';
import { signIn } from './sign-in.ts';
import { subgraphView } from './subgraph-view.ts';
import type { CreateView, View } from './view.ts';

interface KnownView {
  readonly path: string;
  readonly title: string;
  readonly create: CreateView;
  /** Shows one of what it lists, named after its path in the address. */
  readonly createOne?: CreateView;
}

/** What one looks at, and what one changes. */
const groups: readonly (readonly KnownView[])[] = [
  [
    { path: '', title: 'Traffic', create: overviewView },
    { path: 'operations', title: 'Operations', create: operationsView, createOne: operationView },
    { path: 'graph', title: 'Graph', create: graphView, createOne: subgraphView },
    { path: 'clients', title: 'Clients', create: clientsView },
    { path: 'cache', title: 'Cache and limits', create: cacheView },
    { path: 'refusals', title: 'Refusals', create: refusalsView },
    { path: 'alerts', title: 'Alerts', create: alertsView },
  ],
  [
    { path: 'blocks', title: 'Blocks', create: blocksView },
    { path: 'credentials', title: 'Credentials', create: credentialsView },
    { path: 'diagnosis', title: 'Diagnosis', create: diagnosisView },
  ],
];
const views = groups.flat();

const main = find('content');
const status = h('span', { class: 'status', role: 'status' }, 'Connecting');
const keys = h(
  'button',
  { type: 'button', class: 'help', 'aria-label': 'Keys', title: 'Keys', onclick: showShortcuts },
  '?',
);
const signOut = h('button', { type: 'button', hidden: true }, 'Sign out');
const firing = h('span', { class: 'count', hidden: true });
const links = new Map(views.map(({ path, title }) => [path, h('a', { href: `#/${path}` }, title)]));
let view: View | undefined;
let frame = 0;

const feed = new Feed((live) => {
  if (frame !== 0) return;
  // As often as it can be seen, and not at all in a tab that is not looked at.
  frame = requestAnimationFrame(() => {
    frame = 0;
    show(feed.live);
  });
  if (live.problem !== undefined) showStatus(live);
});

find('who').append(status, keys, signOut);
links.get('alerts')?.append(firing);
find('views').append(...groups.map((group) => h('ul', {}, ...group.map(({ path }) => h('li', {}, links.get(path))))));
document.querySelector('.skip')?.addEventListener('click', (event) => {
  // The address names views, not places of the page.
  event.preventDefault();
  main.focus();
});
signOut.addEventListener('click', () => {
  admin.signOut();
  lockOut();
});
admin.whenLockedOut(lockOut);
listenForShortcuts(views.map(({ path, title }) => [path, title]));
addEventListener('hashchange', () => {
  if (view !== undefined) open(true);
});
open(false);
feed.start();

function show(live: Live): void {
  if (view === undefined) return;
  performance.mark('overlock.update');
  showStatus(live);
  signOut.hidden = !admin.hasToken;
  const count = live.state?.firing ?? 0;
  firing.hidden = count === 0;
  setText(firing, `${count}`);
  firing.title = `${count} firing`;
  view.update(live);
  performance.measure('overlock.update', 'overlock.update');
  // Whoever measures is told; nobody else is to keep them.
  performance.clearMarks('overlock.update');
  performance.clearMeasures('overlock.update');
}

function showStatus({ problem, traffic }: Live): void {
  status.classList.toggle('bad', problem !== undefined);
  status.classList.toggle('good', problem === undefined && traffic !== undefined);
  if (problem !== undefined) setText(status, problem);
  // Not the second, so that a screen reader is not told of each.
  else if (traffic !== undefined) setText(status, 'Live');
  status.title = traffic === undefined ? '' : `As of ${showClock(traffic.atMs)}`;
}

/** Opens what the address names; who came by a link is led to its beginning. */
function open(isMoved: boolean): void {
  const [, path = '', ...rest] = location.hash.split('/');
  const name = decode(rest.join('/'));
  const known = views.find((one) => one.path === path) ?? views[0];
  if (known === undefined) return;
  const create = name === '' ? known.create : (known.createOne ?? known.create);
  view?.close?.();
  view = create(feed, name);
  main.replaceChildren(view.element);
  document.title = `${view.title} · Overlock console`;
  for (const [one, link] of links) {
    link.removeAttribute('aria-current');
    if (one !== known.path) continue;
    link.setAttribute('aria-current', 'page');
    link.scrollIntoView({ block: 'nearest', inline: 'center' });
  }
  if (isMoved) main.focus({ preventScroll: true });
  if (isMoved) scrollTo(0, 0);
  show(feed.live);
}

/** Only who has the token sees anything. */
function lockOut(): void {
  feed.forget();
  view?.close?.();
  view = undefined;
  status.classList.remove('good', 'bad');
  setText(status, 'Signed out');
  signOut.hidden = true;
  firing.hidden = true;
  if (main.querySelector('.sign-in') !== null) return;
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
  document.title = 'Sign in · Overlock console';
  main.replaceChildren(
    signIn(() => {
      open(true);
      feed.start();
    }),
  );
  main.querySelector('input')?.focus();
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function find(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no #${id}.`);
  return element;
}
