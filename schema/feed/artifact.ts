import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { type GraphRef, printGraphRef } from './graph-ref.ts';

/** One version of a supergraph as gateways get it. */
export interface SignedSupergraph {
  /** Of its variant; growing, so one with a smaller number is an old one. */
  readonly version: number;
  readonly sdl: string;
  /** SHA-256 of `sdl` in hex. */
  readonly fingerprint: string;
  /** Ed25519 (https://www.rfc-editor.org/rfc/rfc8032) over what `signedText` gives, in base64url. */
  readonly signature: string;
}

/** What a registry gives to the gateways of a variant. */
export interface Artifact {
  /** Such as `shop@production`. */
  readonly ref: string;
  readonly stable: SignedSupergraph;
  /** A version that is tried with a part of the clients; `undefined` when there is none. */
  readonly canary: CanarySupergraph | undefined;
  /** Texts of the most used operations, to plan before the version is used. */
  readonly warmUp: readonly string[];
}

export interface CanarySupergraph extends SignedSupergraph {
  /** Of 0 to 100, clients that are to have it. */
  readonly percent: number;
  /** How often gateways tell what they used while it is tried, in milliseconds. */
  readonly reportMs: number;
}

type Unsigned = Omit<SignedSupergraph, 'signature'> & Partial<Pick<CanarySupergraph, 'percent' | 'reportMs'>>;

/** What is signed: nothing of it can be put into another variant, passed off as another version, or given to more clients. */
function signedText(ref: GraphRef, { version, fingerprint, percent, reportMs }: Unsigned): string {
  const canary = percent === undefined ? '' : `canary ${percent} ${reportMs}\n`;
  return `overlock supergraph v1\n${printGraphRef(ref)}\n${version}\n${fingerprint}\n${canary}`;
}

/** Signs with a private key in PEM. */
export function signSupergraph<Supergraph extends Unsigned>(
  ref: GraphRef,
  supergraph: Supergraph,
  privateKey: KeyObject | string,
): Supergraph & SignedSupergraph {
  const key = typeof privateKey === 'string' ? createPrivateKey(privateKey) : privateKey;
  const signature = sign(undefined, Buffer.from(signedText(ref, supergraph)), key).toString('base64url');
  return { ...supergraph, signature };
}

/** Whether it was signed by who has the private key of `publicKey` (PEM). Says nothing of `sdl`: compare its fingerprint. */
export function isSignedBy(
  ref: GraphRef,
  supergraph: SignedSupergraph | CanarySupergraph,
  publicKey: KeyObject | string,
): boolean {
  const key = typeof publicKey === 'string' ? createPublicKey(publicKey) : publicKey;
  return verify(
    undefined,
    Buffer.from(signedText(ref, supergraph)),
    key,
    Buffer.from(supergraph.signature, 'base64url'),
  );
}
