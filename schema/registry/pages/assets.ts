import { createHash } from 'node:crypto';
import { icon } from './icon.ts';
import { pageScript } from './page-script.ts';
import { stylesheet } from './style/stylesheet.ts';

interface Asset {
  readonly path: string;
  readonly type: string;
  readonly text: string;
}

function toAsset(name: string, extension: string, type: string, text: string): Asset {
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return { path: `/assets/${name}-${digest}.${extension}`, type: `${type}; charset=utf-8`, text };
}

/** The files beside the pages, at paths that change with what is in them. */
export const assets = {
  style: toAsset('page', 'css', 'text/css', stylesheet),
  script: toAsset('page', 'js', 'text/javascript', pageScript),
  icon: toAsset('icon', 'svg', 'image/svg+xml', icon),
} as const;

/** An answer that browsers keep for good. */
export function toAssetResponse({ type, text }: Asset): Response {
  return new Response(text, {
    headers: {
      'content-type': type,
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    },
  });
}
