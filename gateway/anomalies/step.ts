/** What was counted of requests of one operation or client. */
export interface StepCount {
  readonly requests: number;
  readonly errors: number;
}

export interface ClientStep extends StepCount {
  /** Requests by operation. */
  readonly operations: Readonly<Record<string, number>>;
}

/** Somebody who asks: an identity, or where there is none an address. */
export interface AskerStep {
  readonly requests: number;
  /** Requests whose credentials were not accepted. */
  readonly refused: number;
  /** What was asked for most, and how often. */
  readonly operation: string;
  readonly ofOperation: number;
  /** What a block can name; `undefined` for an address. */
  readonly subject: string | undefined;
}

/** What was counted in one step of time; plain data. */
export interface Step {
  /** When it began, in milliseconds since the epoch. */
  readonly atMs: number;
  readonly total: StepCount & { readonly refused: number };
  readonly operations: Readonly<Record<string, StepCount>>;
  readonly clients: Readonly<Record<string, ClientStep>>;
  readonly askers: Readonly<Record<string, AskerStep>>;
}

/** How long a step is. */
export const stepMs = 300_000;
