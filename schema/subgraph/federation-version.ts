import { type DocumentNode, Kind, visit } from 'graphql';
import { readString } from '../supergraph/directive.ts';
import { readFeatures } from '../supergraph/features.ts';

/** The identity of the federation 2 specification (https://specs.apollo.dev/federation/v2.9). */
export const federationIdentity = 'https://specs.apollo.dev/federation';

/** The highest version that is composed. */
const latestMinor = 9;

/** The federation that a document says it is written in; `undefined` is federation 1 or none. */
export function federationVersion(document: DocumentNode): string | undefined {
  return readFeatures(document).find(({ identity }) => identity === federationIdentity)?.version;
}

/**
 * Reads versions after 2.9 as 2.9. They add directives and change none, so a document that uses none of the new ones means
 * the same, and composition names each one that it does use.
 */
export function withComposableVersion(document: DocumentNode): DocumentNode {
  const minor = /^v2\.(\d{1,3})$/.exec(federationVersion(document) ?? '')?.[1];
  if (minor === undefined || Number(minor) <= latestMinor) return document;
  return visit(document, {
    Directive(node) {
      const isFederation = node.name.value === 'link' && readString(node, 'url')?.startsWith(`${federationIdentity}/v`);
      if (!isFederation) return undefined;
      const value = { kind: Kind.STRING, value: `${federationIdentity}/v2.${latestMinor}` } as const;
      const args = node.arguments?.map((argument) =>
        argument.name.value === 'url' ? { ...argument, value } : argument,
      );
      return { ...node, arguments: args ?? [] };
    },
  });
}
