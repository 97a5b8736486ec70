/** Colors, letters and what stands on its own. */
export const base = `
:root {
  color-scheme: light dark;
  --paper: #fbfbf9; --card: #fff; --ink: #1c2024; --quiet: #59616c; --line: #e2e3dd; --edge: #8a919b;
  --accent: #0c6660; --soft: #e4f1ef; --on-accent: #fff; --code: #f2f2ed;
  --bad: #a1271e; --bad-soft: #fbe8e6; --warn: #7a4f00; --warn-soft: #faefd6; --good: #1c6538; --good-soft: #e2f2e6;
  --text-word: #6b4a12; --directive: #6a3fa0;
  --letters: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #131618; --card: #1a1e21; --ink: #e4e7e5; --quiet: #9ba4ad; --line: #2b3136; --edge: #6d7680;
    --accent: #74d1c6; --soft: #16332f; --on-accent: #08211e; --code: #22272b;
    --bad: #ff9d93; --bad-soft: #3b1f1d; --warn: #e9c06d; --warn-soft: #372b13; --good: #8ad6a2; --good-soft: #17331f;
    --text-word: #d9b878; --directive: #c4a5ee;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { font: 15px/1.5 var(--letters); background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; }
body { margin: 0; }
main { max-width: 78rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; outline: none; }
h1 { margin: 0 0 .75rem; font-size: 1.55rem; line-height: 1.25; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { margin: 2.25rem 0 .6rem; font-size: 1.15rem; line-height: 1.3; }
h3 { margin: 1.6rem 0 .5rem; font-size: 1rem; }
h1 code { font-size: 1.4rem; }
p { margin: 0 0 .75rem; max-width: 46rem; }
a { color: var(--accent); text-decoration: underline 1px color-mix(in srgb, var(--accent) 38%, transparent); text-underline-offset: .2em; }
a:hover { text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
code, pre { font-family: var(--mono); font-size: .9em; }
p code, li code, dd code { overflow-wrap: anywhere; }
time { white-space: nowrap; }
ul { margin: 0; padding: 0; list-style: none; }
.muted, .quiet { color: var(--quiet); }
.warn { color: var(--warn); }
.kicker { margin: 0; color: var(--quiet); font-size: .87rem; }
.hint, .empty { color: var(--quiet); }
.empty { padding: 1.1rem 1.25rem; border: 1px dashed var(--line); border-radius: 8px; max-width: none; }
.command { display: block; margin-top: .4rem; padding: .5rem .7rem; border-radius: 5px; background: var(--code); color: var(--ink); overflow-wrap: anywhere; }
.prose { unicode-bidi: isolate; }
.prose p { margin: .2rem 0; color: var(--quiet); white-space: pre-line; }
h1 + .prose, p.field + .prose { margin-bottom: 1.1rem; }
h1 + .prose p, p.field + .prose p { color: var(--ink); }
.note { margin: .25rem 0; font-size: .92rem; }
.message { white-space: pre-line; overflow-wrap: anywhere; unicode-bidi: isolate; }
.tag { display: inline-block; padding: .02rem .45rem; border-radius: 1rem; background: var(--code); color: var(--quiet);
  font-size: .8rem; font-weight: 500; line-height: 1.45; letter-spacing: 0; white-space: nowrap; vertical-align: .08em; }
.tag.good { background: var(--good-soft); color: var(--good); }
.tag.warn { background: var(--warn-soft); color: var(--warn); }
.tag.bad { background: var(--bad-soft); color: var(--bad); }
.directive { color: var(--directive); }
`;
