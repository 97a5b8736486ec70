/** Figures, plots, tables and long lists. */
export const data = `
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.4rem, 1fr)); margin: 0 0 .9rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); overflow: hidden; }
.figures > div { padding: .5rem .85rem .55rem; box-shadow: 1px 0 var(--line), 0 1px var(--line); min-width: 0; }
.figures dt { color: var(--quiet); font-size: .82rem; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.figures dd { margin: 0; font-size: 1.3rem; line-height: 1.35; font-variant-numeric: tabular-nums; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: .9rem; margin-bottom: .9rem; }
.plot { margin: 0; padding: .6rem .85rem .3rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); min-width: 0; }
.plot figcaption { display: flex; gap: .1rem 1rem; margin-bottom: .3rem; font-size: .87rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
.plot figcaption strong { margin-right: auto; font-weight: 600; overflow: hidden; text-overflow: ellipsis; }
.plot .drawn { height: 170px; overflow: hidden; }
.plot .u-cursor-x { border-right: 1px dashed var(--edge); }
.plot .u-select { background: none; }
.key { color: var(--quiet); }
.key::before { content: ""; display: inline-block; width: .7rem; height: .2rem; margin-right: .35rem; border-radius: 1px; vertical-align: .22rem; background: var(--hue); }
.hue-requests, .hue-usual { --hue: var(--accent); }
.hue-errors { --hue: var(--bad); }
.hue-slow { --hue: var(--warn); }
.table { margin: 0 0 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
caption { padding: .5rem .85rem .1rem; color: var(--quiet); font-size: .85rem; text-align: left; }
th, td { padding: .36rem .85rem; border-top: 1px solid var(--line); text-align: left; vertical-align: baseline; }
thead th { padding-top: .3rem; padding-bottom: .3rem; border-top: 0; color: var(--quiet); font-size: .82rem; font-weight: 500; white-space: nowrap; }
tbody th { font-weight: 500; overflow-wrap: break-word; max-width: 26rem; }
tbody tr:hover { background: color-mix(in srgb, var(--soft) 55%, transparent); }
[data-number] { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th.short, td.short { width: 1%; white-space: nowrap; }
td:has(.bar) { white-space: nowrap; }
td code, th code { font-size: .88em; }
th a, .list a { text-decoration: none; }
th a:hover, .list a:hover { text-decoration: underline; }
.good { color: var(--good); }
.bad { color: var(--bad); }
.tag { white-space: nowrap; }
.count { min-width: 1.3rem; padding: 0 .35rem; border-radius: 1rem; background: var(--bad-soft); color: var(--bad); font-size: .8rem; font-weight: 600; text-align: center; font-variant-numeric: tabular-nums; }
.list { position: relative; height: calc(100vh - 12.5rem); min-height: 20rem; margin: 0 0 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); overflow: auto; contain: strict; }
.list .row { display: grid; grid-template-columns: minmax(9rem, 3fr) repeat(5, minmax(4.4rem, 1fr)) minmax(6rem, 1.6fr) minmax(4.6rem, 1fr); gap: 0 .9rem; align-items: center; height: 30px; padding: 0 .85rem; }
.list .row > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.list .row > :not(:first-child) { text-align: right; font-variant-numeric: tabular-nums; }
.list .heads { position: sticky; top: 0; z-index: 1; border-bottom: 1px solid var(--line); background: var(--card); }
.list .heads button { padding: 0; border: 0; background: none; color: var(--quiet); font-size: .82rem; }
.list .heads [aria-sort=ascending] button, .list .heads [aria-sort=descending] button { color: var(--ink); font-weight: 600; }
.list .heads [aria-sort=descending] button::after { content: " ↓"; }
.list .heads [aria-sort=ascending] button::after { content: " ↑"; }
.list .space { position: relative; }
.list .space .row { position: absolute; left: 0; right: 0; border-bottom: 1px solid var(--line); }
.list .space .row:hover, .list .space .row:focus-within { background: color-mix(in srgb, var(--soft) 55%, transparent); }
.bar { display: inline-block; width: 5.5rem; height: .45rem; margin-right: .6rem; border-radius: 1rem; background: var(--code); overflow: hidden; vertical-align: .08em; }
.bar > span { display: block; height: 100%; background: var(--accent); }
.bar.warn > span { background: var(--warn); }
.bar.bad > span { background: var(--bad); }
.spread { display: inline-block; position: relative; width: 100%; min-width: 5rem; height: .45rem; border-radius: 1rem; background: var(--code); overflow: hidden; vertical-align: middle; }
.spread > span { position: absolute; inset: 0 auto 0 0; }
.spread > .end { background: color-mix(in srgb, var(--warn) 38%, var(--code)); }
.spread > .middle { background: var(--accent); }
.source { margin: 0 0 1rem; padding: .6rem 0; border: 1px solid var(--line); border-radius: 8px; background: var(--card); overflow: auto; max-height: 36rem; font-size: .85rem; line-height: 1.5; }
.source code { display: block; width: max-content; min-width: 100%; font-size: inherit; }
.source code > span { display: block; padding: 0 .85rem; white-space: pre; }
@media (max-width: 48rem) {
  th.extra, td.extra, .list .row > .extra { display: none; }
  th, td { padding-left: .5rem; padding-right: .5rem; }
  caption { padding-left: .5rem; }
  td button { padding: .02rem .35rem; }
  .list .row { grid-template-columns: minmax(7rem, 3fr) repeat(3, minmax(3.4rem, 1fr)); gap: 0 .6rem; }
  .figures { grid-template-columns: repeat(auto-fit, minmax(6rem, 1fr)); }
  .figures dt { white-space: normal; }
  .figures dd { font-size: 1.1rem; }
  .bar { width: 3rem; }
}
@media (prefers-reduced-motion: no-preference) {
  .bar > span, .spread > span { transition: width .3s; }
}
`;
