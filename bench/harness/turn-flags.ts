/** What every command that compares in turns can be told. */
export interface TurnFlags {
  readonly turns: number;
  readonly processes: number;
  readonly warmupSeconds: number;
  /** Whether each part is measured by itself as well. */
  readonly parts: boolean;
  readonly profile: boolean;
}

/** The flags as `parseArgs` takes them. */
export const turnOptions = {
  help: { type: 'boolean', default: false },
  turns: { type: 'string', default: '60' },
  processes: { type: 'string', default: '3' },
  // Of code that runs once a request V8 compiles for tens of thousands of them.
  warmup: { type: 'string', default: '10' },
  parts: { type: 'boolean', default: false },
  profile: { type: 'boolean', default: false },
} as const;

/** What they were given as. */
type Given = {
  readonly [Name in keyof typeof turnOptions]: (typeof turnOptions)[Name]['type'] extends 'string' ? string : boolean;
};

/** How they are typed. */
export const turnSynopsis = '[--turns 60] [--processes 3] [--warmup 10] [--parts] [--profile]';

const help = `  --turns        how often each gateway is asked
  --processes    how many gateways of each kind run, since no two processes are compiled alike
  --warmup       how many seconds of load come before
  --parts        also measures each part by itself
  --profile      writes a CPU profile of each kind to bench/results, and prints what takes longest
`;

/** Reads them; with `--help` prints `usage` and what they mean, and ends. */
export function readTurnFlags(given: Given, usage: string): TurnFlags {
  if (given.help) {
    console.log(usage + help);
    process.exit(0);
  }
  return {
    turns: Number(given.turns),
    processes: Number(given.processes),
    warmupSeconds: Number(given.warmup),
    parts: given.parts,
    profile: given.profile,
  };
}
