/** What stands around and above the contents: header, navigation, facts and forms. */
export const frame = `
.skip { position: absolute; left: -100rem; padding: .5rem 1rem; background: var(--card); z-index: 1; }
.skip:focus { left: .5rem; top: .5rem; }
.top { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; justify-content: space-between;
  max-width: 78rem; margin: 0 auto; padding: .7rem 1.25rem; }
.brand { display: flex; gap: .55rem; align-items: center; color: inherit; font-weight: 650; text-decoration: none; }
.brand img { display: block; border-radius: 5px; }
.who { display: flex; gap: .75rem; align-items: center; font-size: .9rem; }
.variant { border-bottom: 1px solid var(--line); }
.variant > * { max-width: 78rem; margin: 0 auto; padding: 0 1.25rem; }
.where { padding-top: .35rem; padding-bottom: .5rem; overflow-wrap: anywhere; }
.where > span[aria-hidden] { color: var(--edge); }
.tabs ul { display: flex; gap: .25rem 1.4rem; flex-wrap: wrap; }
.tabs a { display: block; padding: .35rem 0 .5rem; border-bottom: 2px solid transparent; color: var(--quiet); text-decoration: none; }
.tabs a:hover { color: var(--ink); border-color: var(--line); }
.tabs [aria-current] { color: var(--ink); border-color: var(--accent); font-weight: 600; }
.facts { display: flex; flex-wrap: wrap; gap: .8rem 2.75rem; margin: 0 0 1.5rem; }
.facts > div { max-width: 34rem; }
.facts dt { color: var(--quiet); font-size: .82rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
button, input, select { font: inherit; color: inherit; }
button { padding: .3rem .8rem; border: 1px solid var(--edge); border-radius: 6px; background: var(--card); cursor: pointer; }
button:hover { border-color: var(--accent); color: var(--accent); }
button.primary { border-color: var(--accent); background: var(--accent); color: var(--on-accent); font-weight: 600; }
button.primary:hover { filter: brightness(1.1); }
.who button { padding: .12rem .6rem; font-size: .87rem; }
input, select { padding: .32rem .55rem; border: 1px solid var(--edge); border-radius: 6px; background: var(--card); max-width: 100%; }
input[type=number] { width: 6.5rem; font-variant-numeric: tabular-nums; }
label { color: var(--quiet); font-size: .87rem; }
label input, label select { color: var(--ink); font-size: 1rem; }
.inline { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; margin: 0 0 1rem; }
.search { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .6rem .8rem; align-items: end; margin: 0 0 1.2rem; }
.search label { display: grid; gap: .2rem; }
.search .wide, .search .status { grid-column: 1 / -1; }
.search select { width: 100%; }
.search .wide input { padding: .5rem .7rem; }
.search .status { margin: 0; max-width: none; height: 0; overflow: hidden; }
.search ::placeholder { color: var(--quiet); opacity: 1; }
.sign-in { max-width: 25rem; margin: 7vh auto 0; padding: 1.75rem; border: 1px solid var(--line); border-radius: 12px; background: var(--card); }
.sign-in label { display: block; margin-bottom: .25rem; }
.sign-in input { width: 100%; padding: .5rem .7rem; margin-bottom: .6rem; font-family: var(--mono); }
.sign-in .hint { font-size: .87rem; }
.sign-in button { width: 100%; padding: .5rem; }
.problem { padding: .55rem .8rem; border-radius: 6px; background: var(--bad-soft); color: var(--bad); }
.pager { display: flex; gap: 1.2rem; align-items: center; margin-top: 1rem; font-variant-numeric: tabular-nums; }
@media (max-width: 40rem) {
  main { padding: 1.1rem 1rem 3rem; }
  .top, .variant > * { padding-left: 1rem; padding-right: 1rem; }
  .tabs ul { gap: 0 1.1rem; }
  .facts { display: block; }
  .facts > div { margin-bottom: .5rem; }
}
`;
