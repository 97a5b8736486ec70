/** The picture of a graph: threads, and the seams across them. */
export const picture = `
.picture { margin: 0 0 .75rem; padding: .5rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); overflow: auto; max-height: 85vh; }
.drawing { display: block; margin: 0 auto; }
.drawing text { font: 13px var(--letters); fill: var(--ink); }
.drawing .quiet { font-size: 11.5px; fill: var(--quiet); }
.drawing .type text { font: 12.5px var(--mono); stroke: var(--card); stroke-width: 5px; paint-order: stroke; stroke-linejoin: round; }
.type:hover text { stroke: var(--soft); }
.drawing a { text-decoration: none; }
.drawing a:hover text, .drawing a:focus text { text-decoration: underline; fill: var(--accent); }
.thread { fill: none; stroke: var(--edge); stroke-width: 1.2; stroke-dasharray: 4 4; opacity: .7; }
.seam { fill: none; stroke: var(--hue); stroke-width: 2.5; opacity: .55; }
.stitch { fill: var(--hue); stroke: var(--card); stroke-width: 2; }
.pointer { fill: var(--card); stroke: var(--hue); stroke-width: 2; }
.entity { --hue: var(--accent); }
.value { --hue: var(--warn); }
.row { fill: transparent; }
.type:hover .row { fill: var(--soft); }
.type:hover .seam { opacity: 1; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.6rem; margin: 0 0 1rem; color: var(--quiet); font-size: .87rem; }
.legend svg { vertical-align: -.15rem; }
.zoom { display: flex; gap: .4rem; margin: 0 0 .5rem; }
.zoom button { padding: .12rem .6rem; font-size: .87rem; }
`;
