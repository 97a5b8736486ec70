/** The picture of a plan. */
export const planStyle = `
.plan { margin: 0 0 1rem; padding: .75rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); overflow: auto; }
.plan svg { display: block; }
.plan text { font: 13px var(--letters); fill: var(--ink); }
.plan .quiet { font-size: 11.5px; fill: var(--quiet); }
.plan .wave { fill: none; stroke: var(--line); stroke-dasharray: 3 4; }
.plan .box { fill: var(--paper); stroke: var(--edge); }
.plan .step { cursor: pointer; }
.plan .step:hover .box, .plan .step:focus .box { stroke: var(--accent); stroke-width: 2; }
.plan .step:focus { outline: none; }
.plan .step[aria-pressed=true] .box { fill: var(--soft); stroke: var(--accent); stroke-width: 2; }
.plan .time { fill: var(--accent); opacity: .8; }
.plan .time.late { fill: var(--warn); }
.plan .track { fill: var(--code); }
.plan .edge { fill: none; stroke: var(--edge); stroke-width: 1.4; }
`;
