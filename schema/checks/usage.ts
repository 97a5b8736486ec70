/** A client that used something. */
export interface ClientUse {
  readonly name: string;
  readonly version: string;
  /** Uses; a request may use several coordinates, and one several times. */
  readonly count: number;
}

/** An operation that used something. */
export interface OperationUse {
  readonly hash: string;
  /** `undefined` for one without a name. */
  readonly name: string | undefined;
  readonly count: number;
}

/** Who used one coordinate of a schema, in the time that is looked at. */
export interface CoordinateUse {
  readonly coordinate: string;
  readonly count: number;
  readonly clients: readonly ClientUse[];
  readonly operations: readonly OperationUse[];
}

/** The recorded uses of coordinates; those that were not used may be left out. */
export type UsageLookup = (coordinates: readonly string[]) => readonly CoordinateUse[];
