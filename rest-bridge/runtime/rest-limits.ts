/** What one operation may cost a REST subgraph and this process. */
export const restLimits = {
  /** Most items of any list in an answer. */
  listItems: 100_000,
  /** Deepest nesting of free-form JSON, in either direction. */
  jsonDepth: 64,
  /** Longest URL, in bytes: what common servers take as a request line. */
  urlBytes: 16_384,
  /** Most calls for one client request. */
  calls: 10_000,
  /** Most bytes of an error body that `exposeBody` shows. */
  exposedBodyBytes: 4_096,
} as const;
