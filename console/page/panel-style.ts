import { planStyle } from './plan-style.ts';

/** How the panel below GraphiQL looks: in the colors of GraphiQL, whichever of its themes is on. */
export const panelStyle = `
body { display: flex; flex-direction: column; height: 100vh; margin: 0; overflow: hidden; }
#root { flex: 1; min-height: 0; }
#root .graphiql-container { width: 100%; height: 100%; }
.graphiql-container.explained {
  --ink: hsl(var(--color-neutral)); --paper: hsl(var(--color-base)); --card: var(--paper);
  --quiet: color-mix(in srgb, var(--ink) 84%, var(--paper));
  --line: hsla(var(--color-neutral), var(--alpha-background-heavy)); --edge: hsla(var(--color-neutral), var(--alpha-tertiary));
  --code: hsla(var(--color-neutral), var(--alpha-background-light));
  --accent: hsl(var(--color-secondary)); --soft: hsla(var(--color-secondary), var(--alpha-background-light));
  --bad: color-mix(in srgb, hsl(var(--color-error)) 60%, var(--ink));
  --warn: hsl(var(--color-error)); --good: color-mix(in srgb, hsl(var(--color-success)) 45%, var(--ink));
  --letters: var(--font-family); --mono: var(--font-family-mono);
  position: relative; flex: none; flex-direction: column; width: 100%; height: auto; overflow: visible;
  border-top: 1px solid var(--line); font-size: 14px;
}
.explained svg { pointer-events: auto; }
.explained [hidden] { display: none; }
.explained :focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; border-radius: 4px; }
.explained .grip { position: absolute; z-index: 2; inset: -4px 0 auto; height: 8px; cursor: row-resize; touch-action: none; }
.explained .grip:hover::after, .explained .grip:focus-visible::after { content: ''; position: absolute; inset: 3px 0; background: var(--accent); }
.explained .bar { flex: none; display: flex; align-items: center; gap: 1rem; padding: 0 1rem; min-height: 38px; background: var(--code); }
.explained .tabs { display: flex; gap: .25rem; align-self: stretch; min-width: 0; overflow: hidden; }
.explained button { border: 0; background: none; color: var(--quiet); font: inherit; cursor: pointer; }
.explained .tabs button { padding: 0 .75rem; border-bottom: 2px solid transparent; white-space: nowrap; }
.explained .tabs button:hover { color: var(--ink); }
.explained.open .tabs [aria-selected=true] { color: var(--ink); font-weight: var(--font-weight-medium); border-color: var(--accent); }
.explained .figure { margin-inline-start: .5rem; color: var(--quiet); font-size: 12.5px; font-weight: 400; font-variant-numeric: tabular-nums; }
.explained .figure:empty { display: none; }
.explained .mark { margin-inline-start: auto; color: var(--bad); font-size: 12.5px; white-space: nowrap; }
.explained .toggle { flex: none; width: 30px; height: 30px; border-radius: 4px; }
.explained .toggle:hover { background: var(--code); color: var(--ink); }
.explained .toggle::before { content: ''; display: block; width: 8px; height: 8px; margin: 7px auto 0; border: solid currentColor; border-width: 1.5px 0 0 1.5px; transform: rotate(45deg); }
.explained.open .toggle::before { margin-top: 2px; transform: rotate(225deg); }
.explained .pane { flex: 1; min-height: 0; overflow: auto; padding: .9rem 1rem; }
.explained p, .explained ul, .explained dl, .explained dd { margin: 0; padding: 0; }
.explained ul { list-style: none; }
.explained h3 { margin: 0 0 .25rem; font-size: 14px; font-weight: var(--font-weight-medium); }
.explained .hint { margin: 0 0 .6rem; color: var(--quiet); font-size: 13px; max-width: 60rem; }
.explained .quiet { color: var(--quiet); }
.explained .good { color: var(--good); }
.explained .bad { color: var(--bad); }
.explained code { font: 12.5px/1.5 var(--mono); font-variant-ligatures: none; overflow-wrap: anywhere; }
.explained .source { margin: .5rem 0 0; padding: .6rem .8rem; border-radius: 8px; background: var(--code); overflow: auto; }
.explained .source code { overflow-wrap: normal; white-space: pre; }
.explained .problems { margin-bottom: .75rem; padding: .5rem .8rem; border-inline-start: 3px solid var(--warn); border-radius: 4px; background: var(--code); font-size: 13px; }
.explained .problems li + li { margin-top: .3rem; }
.explained .errors { margin-bottom: .5rem; color: var(--bad); font-size: 13px; }
.explained .content { display: grid; gap: 1.25rem; align-items: start; }
.explained .content.old { opacity: .55; }
.explained .content.plan { grid-template-columns: minmax(0, 1fr) minmax(17rem, 27rem); margin: 0; padding: 0; border: 0; background: none; overflow: visible; }
.explained .content.plan > :only-child { grid-column: 1 / -1; }
.explained .picture .plan { margin: 0; padding: 0; border: 0; background: none; }
.explained .fetch ul:not(.errors) { font-size: 13px; }
.explained .content.cost { grid-template-columns: minmax(15rem, 20rem) minmax(0, 1fr); }
.explained .content.access { grid-template-columns: minmax(13rem, 18rem) minmax(0, 1fr); }
.explained table { width: 100%; border-collapse: collapse; font-size: 13px; }
.explained caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.explained th, .explained td { padding: .22rem .6rem; text-align: start; vertical-align: baseline; font-weight: 400; }
.explained thead th { color: var(--quiet); font-size: 12px; border-bottom: 1px solid var(--line); }
.explained thead th:first-child { min-width: 3.5rem; }
.explained .number, .explained .total thead th:first-child, .explained .fields thead th:first-child { text-align: end; width: 4.5rem; font-variant-numeric: tabular-nums; }
.explained .fields tr:hover, .explained .places tr:hover { background: var(--code); }
.explained tr.free th, .explained tr.free .number { color: var(--quiet); }
.explained .places tr.first > * { border-top: 1px solid var(--line); }
.explained .places thead + tbody tr:first-child > * { border-top: 0; }
.explained .figures { display: flex; gap: 1.75rem; margin-bottom: .75rem; }
.explained .figures dt { color: var(--quiet); font-size: 12px; }
.explained .figures dd { font-size: 1.35rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
.explained .meter { height: 6px; margin-bottom: 1rem; border-radius: 3px; background: var(--line); overflow: hidden; }
.explained .meter span { display: block; height: 100%; min-width: 3px; border-radius: 3px; background: var(--accent); }
.explained .meter .late { background: var(--warn); }
.explained .who dl { display: grid; grid-template-columns: auto 1fr; gap: .15rem 1rem; font-size: 13px; }
.explained .who dt { color: var(--quiet); }
.explained .who dd { overflow-wrap: anywhere; }
.explained .tag { display: inline-block; padding: 0 .5rem; border: 1px solid currentColor; border-radius: 1rem; font-size: 12px; line-height: 1.5; white-space: nowrap; }
@media (max-width: 820px) {
  .explained .content.plan, .explained .content.cost, .explained .content.access { grid-template-columns: minmax(0, 1fr); }
  .explained .tabs button { padding: 0 .5rem; }
  .explained .figure { display: none; }
}
${planStyle}`;
