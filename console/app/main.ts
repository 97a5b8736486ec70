import { admin } from './admin.ts';
import { cacheView } from './cache-view.ts';
import { clientsView } from './clients-view.ts';
import { controlView } from './control-view.ts';
import { h, setText } from './element.ts';
import { Feed, type Live } from './feed.ts';
import { graphView } from './graph-view.ts';
import { operationView } from './operation-view.ts';
import { operationsView } from './operations-view.ts';
import { overviewView } from './overview-view.ts';
import { refusalsView } from './refusals-view.ts';
import { showClock } from './show.ts';
import { signIn } from './sign-in.ts';
import type { CreateView, View } from './view.ts';

const views: readonly { readonly path: string; readonly title: string; readonly create: CreateView }[] = [
  { path: '', title: 'Traffic', create: overviewView },
  { path: 'operations', title: 'Operations', create: operationsView },
  { path: 'graph', title: 'Graph', create: graphView },
  { path: 'cache', title: 'Cache and limits', create: cacheView },
  { path: 'clients', title: 'Clients', create: clientsView },
  { path: 'refusals', title: 'Refusals', create: refusalsView },
  { path: 'blocks', title: 'Blocks', create: controlView },
];

const main = find('content');
const status = h('span', { class: 'status', role: 'status' }, 'Connecting');
const signOut = h('button', { type: 'button' }, 'Sign out');
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
}, lockOut);

find('who').append(status, signOut);
find('views').append(h('ul', {}, ...Array.from(links.values(), (link) => h('li', {}, link))));
signOut.addEventListener('click', () => {
  admin.setToken(undefined);
  feed.stop();
  lockOut();
});
addEventListener('hashchange', () => open(true));
open(false);
feed.start();

function show(live: Live): void {
  showStatus(live);
  signOut.hidden = !admin.hasToken;
  view?.update(live);
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
  const [, name = '', rest = ''] = location.hash.split('/');
  const known = views.find(({ path }) => path === name) ?? views[0];
  if (known === undefined) return;
  const create = known.path === 'operations' && rest !== '' ? operationView : known.create;
  view?.close?.();
  view = create(feed, rest);
  main.replaceChildren(view.element);
  document.title = `${view.title} · Overlock console`;
  for (const [path, link] of links) {
    if (path === known.path) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (isMoved) main.focus({ preventScroll: true });
  if (isMoved) scrollTo(0, 0);
  show(feed.live);
}

/** Only who has the token sees anything. */
function lockOut(): void {
  view?.close?.();
  view = undefined;
  status.classList.remove('good', 'bad');
  setText(status, 'Signed out');
  signOut.hidden = true;
  main.replaceChildren(
    signIn(() => {
      open(true);
      feed.start();
    }),
  );
  main.querySelector('input')?.focus();
}

function find(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no #${id}.`);
  return element;
}
