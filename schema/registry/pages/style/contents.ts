/** Tables, schemas and differences. */
export const contents = `
table { width: 100%; border-collapse: collapse; margin: 0 0 1rem; }
caption { padding: 0 0 .45rem; color: var(--quiet); font-size: .87rem; text-align: left; }
th, td { padding: .5rem 1.1rem .5rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: break-word; }
th:last-child, td:last-child { padding-right: 0; }
thead th { padding-top: 0; padding-bottom: .35rem; border-top: 0; color: var(--quiet); font-size: .82rem; font-weight: 500; white-space: nowrap; }
tbody th { font-weight: 500; }
tbody tr:last-child > * { border-bottom: 1px solid var(--line); }
tbody tr:hover { background: linear-gradient(90deg, transparent, var(--soft) 3%, var(--soft) 97%, transparent); }
[data-number] { padding-right: 1.9rem; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td p { margin: 0; }
td p, td code, .summary { overflow-wrap: anywhere; }
.whole { white-space: nowrap; }
.url { color: var(--quiet); overflow-wrap: anywhere; }
.summary { display: block; color: var(--quiet); font-size: .92rem; font-weight: 400; unicode-bidi: isolate; }
.field { overflow-wrap: anywhere; }
.arguments { margin: .35rem 0 0; padding-left: .9rem; border-left: 2px solid var(--line); font-weight: 400; }
.arguments li { padding: .1rem 0; }
tbody th .prose, tbody th .note { font-weight: 400; }
.side-by-side { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 0 3rem; align-items: start; }
.source { margin: 0 0 1rem; padding: .75rem 0; border: 1px solid var(--line); border-radius: 8px; background: var(--card);
  overflow: auto; max-height: 42rem; line-height: 1.55; tab-size: 2; counter-reset: line; font-size: .85rem; }
.source code { display: block; width: max-content; min-width: 100%; font-size: inherit; white-space: normal; }
.source code > * { display: block; padding: 0 1rem; white-space: pre; text-decoration: none; unicode-bidi: isolate; }
.source code > *::before { content: "  "; }
.source.numbered code > span::before { counter-increment: line; content: counter(line); display: inline-block; width: 2.5rem; margin-right: 1rem;
  color: var(--quiet); text-align: right; user-select: none; }
.source i { font-style: normal; }
.source .comment { color: var(--quiet); }
.source .text { color: var(--text-word); }
.source .directive { color: var(--directive); }
.source .word { color: var(--accent); }
.source ins { background: var(--good-soft); color: var(--good); }
.source del { background: var(--bad-soft); color: var(--bad); }
.source ins::before { content: "+ "; }
.source del::before { content: "- "; }
.source .gap { color: var(--quiet); }
details { margin: 0 0 1rem; }
summary { padding: .3rem 0; cursor: pointer; overflow-wrap: anywhere; }
@media (max-width: 64rem) {
  th code { overflow-wrap: anywhere; }
}
@media (max-width: 48rem) {
  table, tbody, tr, th, td, caption { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { padding: .6rem 0; border-top: 1px solid var(--line); }
  tbody tr:last-child { border-bottom: 1px solid var(--line); }
  tbody tr:last-child > *, th, td { border: 0; padding: .06rem 0; }
  [data-number] { text-align: left; }
  td.none { display: none; }
  td { position: relative; min-height: 1.5rem; padding-left: 6.75rem; overflow-wrap: anywhere; }
  tbody tr:last-child > td { padding-left: 6.75rem; }
  td::before { content: attr(data-title); position: absolute; left: 0; width: 6.25rem; color: var(--quiet); font-size: .82rem; line-height: 1.83; }
  .side-by-side { grid-template-columns: 1fr; }
  td .tag, .whole { white-space: normal; }
}
`;
