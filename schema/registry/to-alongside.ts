import type { Version } from './model.ts';
import type { Alongside } from './store/registry-store.ts';

/** What the log and webhooks are told of a new version. */
export function toAlongside({ ref, version, cause, commit, fingerprint }: Version): Alongside {
  const { author, at, message, revision } = commit;
  const details = { version, cause, fingerprint, message, revision };
  return {
    audit: { at, author, action: cause.kind, ref, details },
    events: [{ kind: 'published', ref, details: { ...details, author: author.name } }],
  };
}
