import { gzipSync } from 'node:zlib';
import { request as shape, times, type Shape } from './shape.ts';

const hello = '{"query":"{ __typename }"';
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const graphql = (query: string): string => JSON.stringify({ query });

/** What can be done with a request around the document: its body, its encoding, its head. */
export const requests: readonly Shape[] = [
  shape('names in the JSON of the body', 20_000, (size) => ({
    body: `${hello},${times(size, (index) => `"n${index}":1`, ',')}}`,
  })),
  shape('a name that is repeated in the JSON of the body', 25_000, (size) => ({
    body: `${hello}${',"n":1'.repeat(size)}}`,
  })),
  shape('extensions', 20_000, (size) => ({
    body: `${hello},"extensions":{${times(size, (index) => `"n${index}":[]`, ',')}}}`,
  })),
  shape('arrays within each other', 120_000, (size) => ({
    body: `${hello},"variables":{"v":${'['.repeat(size)}${']'.repeat(size)}}}`,
  })),
  shape('arrays without an end', 240_000, (size) => ({ body: `${hello},"variables":${'['.repeat(size)}` })),
  shape('blanks', 240_000, (size) => ({ body: `${hello}${' '.repeat(size)}}` })),
  shape('a string without an end in the body', 240_000, (size) => ({
    body: `${hello},"n":"${'\\\\'.repeat(size / 2)}`,
  })),
  shape('a batch', 9_000, (size) => ({ body: `[${times(size, () => `${hello}}`, ',')}]` })),
  shape('a body of zeros, compressed', 4_000_000, (size) => ({
    headers: { 'content-encoding': 'gzip' },
    body: gzipSync('0'.repeat(size)),
  })),
  shape('a document of lines, compressed', 120_000, (size) => ({
    headers: { 'content-encoding': 'gzip' },
    body: gzipSync(
      graphql(`
        ${'\n'.repeat(size)}
        {
          articles(first: 40) {
            nodes {
              author {
                email
                roles
              }
            }
          }
        }
      `),
    ),
  })),
  shape('headers', 400, (size) => ({
    headers: Object.fromEntries(Array.from({ length: size }, (_, index) => [`x-h${index}`, '1'])),
    body: `${hello}}`,
  })),
  shape('cookies', 1_500, (size) => ({
    headers: { cookie: times(size, (index) => `c${index}=1`, '; ') },
    body: `${hello}}`,
  })),
  shape('IP addresses that a request was forwarded for', 1_500, (size) => ({
    headers: { 'x-forwarded-for': times(size, () => '127.0.0.1', ',') },
    body: `${hello}}`,
  })),
  shape('accepted media types', 1_200, (size) => ({
    headers: { accept: times(size, (index) => `a/b${index};q=0.1`, ',') },
    body: `${hello}}`,
  })),
  shape('parameters of a media type', 3_000, (size) => ({
    headers: { 'content-type': `application/json${'; a=b'.repeat(size / 2)}` },
    body: `${hello}}`,
  })),
  shape('a long origin', 12_000, (size) => ({
    headers: { origin: `https://${'a.'.repeat(size / 2)}example` },
    body: `${hello}}`,
  })),
  shape('a long Bearer', 12_000, (size) => ({
    headers: { authorization: `Bearer ${'a.'.repeat(size / 2)}` },
    body: `${hello}}`,
  })),
  shape('a long Basic', 12_000, (size) => ({
    headers: { authorization: `Basic ${Buffer.from(`${'a'.repeat(size / 2)}:b`).toString('base64')}` },
    body: `${hello}}`,
  })),
  shape('a long API key', 12_000, (size) => ({
    headers: { authorization: `Bearer slp_${'a'.repeat(size)}` },
    body: `${hello}}`,
  })),
  shape('a long query of a URL', 12_000, (size) => ({
    method: 'GET',
    path: `/graphql?query=${encodeURIComponent(`{${' '.repeat(size / 4)}__typename}`)}`,
  })),
  shape('parameters of a form', 30_000, (size) => ({
    path: '/oauth/token',
    headers: form,
    body: `grant_type=refresh_token&${times(size, (index) => `p${index}=1`, '&')}`,
  })),
  shape('a token to be inspected', 240_000, (size) => ({
    path: '/oauth/introspect',
    headers: form,
    body: `token=${'a.'.repeat(size / 2)}`,
  })),
  shape('a long path', 12_000, (size) => ({ method: 'GET', path: `/${'a/'.repeat(size / 2)}` })),
];
