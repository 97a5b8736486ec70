/**
 * The database cannot be used; the message is a sentence for operators, who may read paths and hosts but no passwords in it: clients
 * are not shown it.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** What a store says after it was closed. */
export const closedMessage = "The registry's database is closed.";
