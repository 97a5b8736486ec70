/** Credentials that do not count. Its message is for the log: it says why and repeats nothing of what was sent. */
export class NotAccepted extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'NotAccepted';
  }
}
