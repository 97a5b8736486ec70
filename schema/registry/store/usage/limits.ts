/** Of a variant; what comes beyond is counted as one operation, by its coordinates. */
export const operationsMost = 100_000;

/** Of an operation; more are not kept, so breaking them is not noticed. */
export const coordinatesMost = 5_000;

/** The longest name of a coordinate, in characters. */
export const coordinateLongest = 500;

/** In characters; a longer operation is counted, and left out of lists of operations. */
export const operationLongest = 100_000;

/** The longest names of operations and clients, and versions of clients, in characters; the rest is cut off. */
export const nameLongest = 200;

/** Of an operation on a day; further ones are counted together. */
export const clientsMost = 100;

/** By one dimension in an hour, and on a day; further ones are counted together. */
export const groupsMost = 10_000;

/** How long the id of a report is known: one that comes again later counts again. */
export const reportKnownMs = 86_400_000;
