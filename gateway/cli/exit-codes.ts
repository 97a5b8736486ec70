/** What a process ends with. */
export const exitCodes = {
  ok: 0,
  /** The command did its work, and the answer is no: a configuration or a schema has problems, or something failed. */
  failed: 1,
  /** The command line itself is wrong. */
  usage: 2,
} as const;
