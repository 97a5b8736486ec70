import { z } from 'zod';
import { headerName } from './headers.ts';
import { always, duration, size } from './units.ts';

const origin = z
  .string()
  .regex(/^[a-z][a-z0-9+.-]*:\/\/[^\s/?#*]+$/i, 'must be an origin such as https://shop.example.com, without a path')
  .transform((text) => text.toLowerCase());

/** Which web pages may call the gateway from a browser (https://fetch.spec.whatwg.org/#http-cors-protocol). */
export const corsSection = z
  .strictObject({
    origins: z
      .union([z.literal('*'), z.array(origin)], 'must be "*" or a list of origins')
      .default([])
      .describe('Allowed origins, for example [https://shop.example.com], or "*" for all without credentials.'),
    credentials: z.boolean().default(false).describe('Whether browsers may send cookies; needs named origins.'),
    allowHeaders: z
      .array(headerName)
      .optional()
      .describe('Request headers a page may send. Default: those that the page asks for.'),
    exposeHeaders: z.array(headerName).default([]).describe('Response headers that a page may read.'),
    maxAge: duration().prefault('1h').describe('How long a browser may keep the answer to a preflight.'),
  })
  .refine((cors) => !(cors.origins === '*' && cors.credentials), {
    message: 'needs named origins, not "*"',
    path: ['credentials'],
    ...always,
  })
  .prefault({});

/** Refuses requests that a browser sends without asking first, unless a header proves that it asked. */
export const csrfSection = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether the guard is on.'),
    headers: z
      .array(headerName)
      .min(1)
      .default(['x-overlock-csrf', 'graphql-preflight', 'apollo-require-preflight', 'x-apollo-operation-name'])
      .describe('Any of these headers lets a request pass that a browser could send unasked.'),
  })
  .prefault({});

/** The page that browsers get at the endpoint. */
export const graphiqlSection = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether browsers get GraphiQL at the endpoint.'),
    title: z.string().default('Overlock').describe('Title of the page.'),
    examples: z.array(z.string()).default([]).describe('Operations that the page opens in tabs, to start from.'),
  })
  .prefault({});

/** Compression of answers. */
export const compressionSection = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether answers are compressed for clients that accept it.'),
    minimumBytes: size().prefault('1kb').describe('Smaller answers are sent as they are.'),
  })
  .prefault({});

export type CorsConfig = z.output<typeof corsSection>;
export type CsrfConfig = z.output<typeof csrfSection>;
export type GraphiqlConfig = z.output<typeof graphiqlSection>;
export type CompressionConfig = z.output<typeof compressionSection>;
