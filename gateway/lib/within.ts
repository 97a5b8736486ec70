/**
 * What `work` comes to, if it does so in time. Work that is done by the time that a busy event loop finds the time over still counts.
 * @throws Error with `message` when it does not
 */
export function within<Result>(work: Promise<Result>, timeoutMs: number, message: string): Promise<Result> {
  return new Promise((resolve, reject) => {
    // After a long turn timers come before input, so a reply may be waiting to be read.
    const timer = setTimeout(() => setImmediate(() => reject(new Error(message))), timeoutMs);
    work.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
