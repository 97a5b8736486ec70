/** A whole answer to one HTTP request, before it is written. */
export interface Reply {
  readonly status: number;
  /** By lower-case name; nothing of the body's length and encoding, or of the connection. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** What subgraphs and policies bring for the client: counts in the place of `headers` of the same names. */
  readonly brought?: ReadonlyMap<string, string | readonly string[]> | undefined;
  /** Taken away when it is sent, as promises hold the reply for longer. */
  body: string | Buffer;
}

/** Whether an answer is whole and ours, and no `Response`. */
export function isReply(answer: Reply | Response): answer is Reply {
  return typeof answer.body === 'string' || Buffer.isBuffer(answer.body);
}
