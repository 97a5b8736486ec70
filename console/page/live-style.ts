/** Figures, plots and long lists. */
export const live = `
[hidden] { display: none !important; }
.variant { padding-top: .2rem; }
.status { color: var(--quiet); font-size: .87rem; font-variant-numeric: tabular-nums; }
.status::before { content: ""; display: inline-block; width: .55rem; height: .55rem; margin-right: .45rem; border-radius: 50%; background: var(--edge); }
.status.good::before { background: var(--good); }
.status.bad { color: var(--bad); }
.status.bad::before { background: var(--bad); }
.head { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline; justify-content: space-between; margin-bottom: .9rem; }
.head h1 { margin: 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem; margin: 0 0 1.4rem; }
.figures > div { padding: .65rem .9rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
.figures dt { color: var(--quiet); font-size: .82rem; }
.figures dd { margin: 0; font-size: 1.35rem; line-height: 1.35; font-variant-numeric: tabular-nums; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: .75rem; margin-bottom: 1.4rem; }
.plot { margin: 0; padding: .75rem .9rem .5rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); min-width: 0; }
.plot figcaption { display: flex; flex-wrap: wrap; gap: .1rem 1rem; justify-content: space-between; margin-bottom: .35rem; font-size: .87rem; font-variant-numeric: tabular-nums; }
.plot .drawn { height: 180px; overflow: hidden; }
.key::before { content: ""; display: inline-block; width: .7rem; height: .2rem; margin-right: .35rem; vertical-align: .2rem; background: var(--hue); }
.key { color: var(--quiet); }
.hue-requests { --hue: var(--accent); }
.hue-errors { --hue: var(--bad); }
.hue-usual { --hue: var(--accent); }
.hue-slow { --hue: var(--warn); }
.list { position: relative; height: min(68vh, 46rem); margin: 0 0 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); overflow: auto; contain: strict; }
.list .row { display: grid; grid-template-columns: minmax(9rem, 3fr) repeat(6, minmax(4.6rem, 1fr)); gap: 0 .9rem; align-items: center; height: 36px; padding: 0 .9rem; }
.list .row > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.list .row > :not(:first-child) { text-align: right; font-variant-numeric: tabular-nums; }
.list .heads { position: sticky; top: 0; z-index: 1; border-bottom: 1px solid var(--line); background: var(--card); font-size: .82rem; }
.list .heads button { padding: 0; border: 0; background: none; color: var(--quiet); font-size: inherit; }
.list .heads [aria-sort=ascending] button, .list .heads [aria-sort=descending] button { color: var(--ink); font-weight: 600; }
.list .heads [aria-sort=descending] button::after { content: " ↓"; }
.list .heads [aria-sort=ascending] button::after { content: " ↑"; }
.list .space { position: relative; }
.list .space .row { position: absolute; left: 0; right: 0; border-bottom: 1px solid var(--line); }
.list .space .row:hover { background: var(--soft); }
.list .space .row:focus-within { background: var(--soft); }
.list a { text-decoration: none; }
.list a:hover { text-decoration: underline; }
.list .bad, td .bad, dd.bad { color: var(--bad); }
.bar { display: inline-block; width: 6rem; height: .5rem; margin-right: .5rem; border-radius: 1rem; background: var(--code); overflow: hidden; vertical-align: .05rem; }
.bar > span { display: block; height: 100%; background: var(--accent); }
.actions { display: flex; flex-wrap: wrap; gap: .4rem; }
.actions button, td button { padding: .1rem .6rem; font-size: .87rem; }
.panel { margin: 0 0 1.2rem; padding: 1rem 1.15rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
.panel h2, .panel h3 { margin: 0 0 .4rem; font-size: 1rem; }
.panel form { display: flex; flex-wrap: wrap; gap: .6rem .8rem; align-items: end; }
.panel label { display: grid; gap: .2rem; }
.told { margin: 0 0 1rem; padding: .55rem .8rem; border-radius: 6px; background: var(--good-soft); color: var(--good); max-width: none; }
.told.bad { background: var(--bad-soft); color: var(--bad); }
dialog { max-width: 30rem; padding: 1.4rem; border: 1px solid var(--line); border-radius: 12px; background: var(--card); color: var(--ink); }
dialog::backdrop { background: rgb(0 0 0 / 45%); }
dialog h2 { margin-top: 0; }
@media (max-width: 48rem) {
  .list .row { grid-template-columns: minmax(6rem, 3fr) repeat(2, minmax(3.6rem, 1fr)); }
  .list .row > .extra { display: none; }
  .figures { grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); }
  .figures dd { font-size: 1.15rem; }
}
@media (prefers-reduced-motion: no-preference) {
  .bar > span { transition: width .3s; }
}
`;
