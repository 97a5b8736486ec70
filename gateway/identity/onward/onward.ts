import type { OnwardConfig, OnwardJwtConfig, OnwardRule, OnwardSignatureConfig } from '../../config/onward.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Identity } from '../identity.ts';
import { claimFor } from './claim-for.ts';
import { createHmacSignature } from './hmac-signature.ts';
import { IdentityTokens } from './identity-tokens.ts';
import {
  createMessageSignature,
  messageSignatureHeaders,
  toMessageKey,
  toSecretMessageKey,
} from './message-signature.ts';
import type { SignRequest } from './signable-request.ts';
import { SigningKeys } from './signing-keys.ts';
import { toHeaderValue } from './to-header-value.ts';

/** Headers, names in lower case and values in turn. */
type Headers = readonly string[];

/** How subgraphs learn who asks. */
export interface Onward {
  /** The headers that tell each subgraph of an identity. */
  readonly headersFor: (identity: Identity) => (subgraph: string) => Headers | Promise<Headers>;
  /** Names, in lower case, of headers that a subgraph takes the gateway's word by: clients must not write them. */
  readonly namesFor: (subgraph: string) => ReadonlySet<string>;
  /** What signs requests to a subgraph, when they are to be signed. */
  readonly signerFor: (subgraph: string) => SignRequest | undefined;
  /** The public keys as JSON; `undefined` when nothing is signed with keys. */
  readonly jwks: () => string | undefined;
  /** Reads the keys; gives what stands in the way, as a sentence. */
  readonly open: () => Promise<string | undefined>;
  readonly close: () => void;
}

export interface OnwardParts {
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What the rules say of one subgraph. */
interface Manner {
  readonly claims: readonly (readonly [header: string, claim: string])[];
  readonly jwt: OnwardJwtConfig | undefined;
  readonly signature: OnwardSignatureConfig | undefined;
  readonly names: ReadonlySet<string>;
}

/** Builds what tells subgraphs who asks. */
export function createOnward(config: OnwardConfig, { log, now }: OnwardParts): Onward {
  const { rules } = config;
  const keepMs = Math.max(0, ...rules.map(({ jwt }) => jwt?.lifetime ?? 0));
  const keys = rules.some(needsKeys) ? new SigningKeys(config, { log, now, keepMs }) : undefined;
  const key = () => {
    if (keys === undefined) throw new Error('No rule of identity.onward signs with keys.');
    return keys.first;
  };
  const tokens = new IdentityTokens({ key, now });
  const manners = new Map<string, Manner>();
  const mannerOf = (subgraph: string): Manner => {
    const manner = manners.get(subgraph) ?? toManner(rules, subgraph);
    manners.set(subgraph, manner);
    return manner;
  };
  return {
    headersFor: (identity) => (subgraph) => {
      const { claims, jwt } = mannerOf(subgraph);
      const headers = claims.flatMap(([name, claim]) => {
        const value = toHeaderValue(claimFor(identity, claim)?.value);
        return value === undefined ? [] : [name, value];
      });
      if (jwt === undefined || identity.kind === 'anonymous') return headers;
      return tokens.tokenFor(identity, subgraph, jwt).then((token) => [...headers, ...toJwtHeader(token, jwt)]);
    },
    namesFor: (subgraph) => mannerOf(subgraph).names,
    signerFor: (subgraph) => {
      const { signature, names } = mannerOf(subgraph);
      return signature && toSigner(signature, { names, key, now });
    },
    jwks: () => keys && JSON.stringify(keys.jwks),
    async open() {
      if (keys !== undefined && config.keys === undefined) {
        log.info(
          'Requests to subgraphs are signed with a key of this process. Several gateways need identity.onward.keys.',
        );
      }
      return await keys?.open();
    },
    close: () => keys?.close(),
  };
}

function needsKeys({ jwt, signature }: OnwardRule): boolean {
  return jwt !== undefined || (signature?.kind === 'message-signatures' && signature.secret === undefined);
}

function toManner(rules: readonly OnwardRule[], subgraph: string): Manner {
  const own = rules.filter(({ subgraphs }) => subgraphs === undefined || subgraphs.includes(subgraph));
  const jwt = own.findLast((rule) => rule.jwt !== undefined)?.jwt;
  const claims = new Map(own.flatMap(({ headers = {} }) => Object.entries(headers)));
  if (jwt !== undefined) claims.delete(jwt.header);
  const elsewhere = new Set(rules.flatMap(namesOf));
  // The credentials of clients are not the gateway's word where it writes none of its own.
  elsewhere.delete('authorization');
  return {
    claims: [...claims],
    jwt,
    signature: own.findLast((rule) => rule.signature !== undefined)?.signature,
    names: new Set([...elsewhere, ...own.flatMap(namesOf)]),
  };
}

function namesOf({ headers = {}, jwt, signature }: OnwardRule): readonly string[] {
  const signed = signature?.kind === 'hmac' ? [signature.header] : messageSignatureHeaders;
  return [...Object.keys(headers), ...(jwt ? [jwt.header] : []), ...(signature ? signed : [])];
}

function toJwtHeader(token: string, { header }: OnwardJwtConfig): Headers {
  return [header, header === 'authorization' ? `Bearer ${token}` : token];
}

function toSigner(
  { kind, secret, keyId, components, header }: OnwardSignatureConfig,
  {
    names,
    key,
    now,
  }: { readonly names: ReadonlySet<string>; readonly key: () => SigningKeys['first']; readonly now: () => number },
): SignRequest {
  if (kind === 'hmac') return createHmacSignature({ header, secret: secret ?? '', now });
  const unsigned: readonly string[] = ['signature', 'signature-input'];
  const headers = [...names].filter((name) => !unsigned.includes(name));
  return createMessageSignature({
    components: components ?? ['@method', '@path', '@query', ...headers],
    key: () => (secret === undefined ? toMessageKey(key()) : toSecretMessageKey(secret, keyId)),
    now,
  });
}
