/** What stands around the views. */
export const shell = `
[hidden] { display: none !important; }
html { font-size: 14px; line-height: 1.45; scroll-padding-top: 4rem; }
body { display: grid; grid-template: auto 1fr / 12.5rem minmax(0, 1fr); grid-template-areas: "top top" "views main"; min-height: 100vh; }
.skip { z-index: 3; }
.top { grid-area: top; position: sticky; top: 0; z-index: 2; max-width: none; height: 3.25rem; margin: 0; padding: 0 1.25rem; flex-wrap: nowrap; border-bottom: 1px solid var(--line); background: var(--card); }
.who { gap: .6rem; }
.who .status { margin-right: .4rem; }
.who .help { min-width: 1.85rem; padding-inline: .3rem; }
.status { display: inline-flex; align-items: center; color: var(--quiet); font-variant-numeric: tabular-nums; }
.status::before { content: ""; flex: none; width: .5rem; height: .5rem; margin-right: .45rem; border-radius: 50%; background: var(--edge); }
.status.good { color: var(--quiet); }
.status.good::before { background: var(--good); }
.status.bad { color: var(--bad); }
.status.bad::before { background: var(--bad); }
.views { grid-area: views; position: sticky; top: 3.25rem; align-self: start; height: calc(100vh - 3.25rem); padding: 1rem .75rem; border-right: 1px solid var(--line); overflow: auto; }
.views ul + ul { margin-top: 1rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.views a { display: flex; gap: .5rem; align-items: center; justify-content: space-between; margin-bottom: .1rem; padding: .32rem .65rem; border-radius: 6px; color: var(--quiet); text-decoration: none; }
.views a:hover { background: var(--code); color: var(--ink); }
.views a[aria-current] { background: var(--soft); color: var(--ink); font-weight: 600; }
main { grid-area: main; width: 100%; max-width: 108rem; margin: 0; padding: 1.15rem 1.5rem 4rem; min-width: 0; }
main:focus-visible { outline: none; }
h1 { font-size: 1.4rem; }
h2 { margin: 1.6rem 0 .5rem; font-size: 1.02rem; }
h3 { margin: 1.1rem 0 .4rem; font-size: .95rem; }
.head { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center; justify-content: space-between; min-height: 2.1rem; margin-bottom: .9rem; }
.head h1, .head h2 { margin: 0; }
.head .actions { margin-left: auto; }
.lead { margin: -.5rem 0 .9rem; color: var(--quiet); }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 32rem), 1fr)); gap: 0 1.75rem; align-items: start; }
.columns > * { min-width: 0; }
.columns > * > :first-child, .head + h2, .head + .columns h2:first-child { margin-top: 0; }
.notice, .told, .empty { margin: 0 0 .9rem; padding: .5rem .8rem; border: 1px solid var(--line); border-radius: 7px; max-width: none; }
.empty { border-style: dashed; }
.notice { border-color: transparent; background: var(--warn-soft); color: var(--warn); }
.told { border-color: transparent; background: var(--good-soft); color: var(--good); }
.told.bad, .notice.bad { background: var(--bad-soft); color: var(--bad); }
.told code { user-select: all; }
button, input, select { font-size: .93rem; }
button { padding: .25rem .7rem; }
button:disabled { border-color: var(--line); color: var(--quiet); cursor: default; }
button.danger { border-color: var(--bad); color: var(--bad); }
button.danger:hover { background: var(--bad-soft); }
input, select { height: 2.05rem; padding: .25rem .55rem; }
label input, label select { font-size: .93rem; }
.inline { margin-bottom: .7rem; }
.inline p { margin: 0; }
.windows { display: inline-flex; border: 1px solid var(--edge); border-radius: 6px; overflow: hidden; margin: 0; padding: 0; min-width: 0; }
.windows label { position: relative; padding: .2rem .65rem; color: var(--quiet); cursor: pointer; font-size: .87rem; font-variant-numeric: tabular-nums; }
.windows label + label { border-left: 1px solid var(--line); }
.windows label:hover { color: var(--ink); }
.windows input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: pointer; }
.windows label:has(:checked) { background: var(--soft); color: var(--ink); font-weight: 600; }
.windows label:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: -2px; border-radius: 6px; }
.actions { display: flex; flex-wrap: wrap; gap: .35rem; }
td .actions { flex-wrap: nowrap; justify-content: flex-end; }
td button { padding: .02rem .5rem; font-size: .85rem; }
.panel { margin: 0 0 1rem; padding: .75rem .9rem .9rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
.panel h2, .panel h3 { margin: 0 0 .5rem; font-size: .95rem; }
.panel form { display: flex; flex-wrap: wrap; gap: .5rem .7rem; align-items: end; }
.panel label { display: grid; gap: .15rem; }
.panel .wide { flex: 1 1 14rem; }
.panel .wide input { width: 100%; }
.panel .hint { margin: .6rem 0 0; font-size: .87rem; }
dialog { width: min(31rem, calc(100vw - 2rem)); padding: 1.25rem 1.4rem 1.4rem; border: 1px solid var(--line); border-radius: 12px; background: var(--card); color: var(--ink); box-shadow: 0 1.2rem 3.5rem rgb(0 0 0 / 25%); }
dialog::backdrop { background: rgb(0 0 0 / 45%); }
dialog h2 { margin: 0 0 .5rem; font-size: 1.1rem; }
dialog label { display: grid; gap: .2rem; margin: 0 0 .8rem; }
dialog .actions { justify-content: flex-end; margin-top: 1rem; }
.shortcuts { display: grid; grid-template-columns: auto 1fr; gap: .4rem 1rem; margin: 0; }
.shortcuts dt { text-align: right; }
.shortcuts dd { margin: 0; }
kbd { display: inline-block; min-width: 1.6rem; padding: 0 .4rem; border: 1px solid var(--edge); border-bottom-width: 2px; border-radius: 5px; background: var(--code); font: .82rem/1.5 var(--mono); text-align: center; }
.secret { display: block; padding: .55rem .7rem; border-radius: 6px; background: var(--code); overflow-wrap: anywhere; user-select: all; }
@media (max-width: 60rem) {
  body { display: block; }
  .views { position: sticky; z-index: 2; display: flex; height: auto; padding: .35rem .9rem; border-right: 0; border-bottom: 1px solid var(--line); background: var(--paper); white-space: nowrap; scrollbar-width: none; }
  .views ul { display: flex; gap: .1rem; }
  .views ul + ul { margin: 0 0 0 .4rem; padding: 0 0 0 .4rem; border-top: 0; border-left: 1px solid var(--line); }
  .views a { margin: 0; padding: .2rem .6rem; }
  main { padding: .9rem .9rem 3rem; }
}
@media (max-width: 30rem) {
  .top { padding: 0 .9rem; }
  .brand { font-size: 0; gap: 0; }
  .status { max-width: 12rem; }
}
`;
