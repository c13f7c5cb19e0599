import { describe, expect, test } from '@jest/globals';
import { clientCredential } from '../../src/http/oauth/client-authentication.ts';
import { Answer } from '../../src/http/server/answer.ts';
import { HttpCookieJar } from '../../src/http/server/cookies.ts';
import { requestOf } from '../support/http-message.ts';

type Parameters = Record<string, string>;

describe('The client of an endpoint', () => {
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  const none = { authorization: undefined, apiKey: undefined, queryKey: undefined };

  function credentialOf(parameters: Parameters, headers: Record<string, string> = {}): unknown {
    const request = requestOf({ method: 'POST', headers: Object.entries(headers) });
    const jar = new HttpCookieJar(request, new Answer(request), {
      secure: false,
      sameSite: 'lax',
      originAllowed: true,
      noteForeignOrigin: () => undefined,
    });
    return clientCredential(request, jar, new Map(Object.entries(parameters)));
  }

  test.each<[string, Parameters, Record<string, string>, object]>([
    ['nobody', {}, {}, {}],
    ['nobody by an identifier alone', { client_id: 'sp_one' }, {}, {}],
    ['whoever a header names', {}, { authorization: 'Bearer x' }, { authorization: 'Bearer x' }],
    ['a key in its header', { client_id: 'sp_one' }, { 'x-api-key': 'sp_one_x' }, { apiKey: 'sp_one_x' }],
    ['a key in the form', { client_id: 'sp_one', client_secret: 'sp_one_x' }, {}, { apiKey: 'sp_one_x' }],
    ['a key as Basic', {}, { authorization: basic('sp_one:sp_one_x') }, { apiKey: 'sp_one_x' }],
    [
      'a key as Basic, with its identifier in the form',
      { client_id: 'sp_one' },
      { authorization: basic('sp_one:sp_one_x') },
      { apiKey: 'sp_one_x' },
    ],
    ['a key as Basic, encoded', {}, { authorization: basic('sp%5Fone:sp_one_%78') }, { apiKey: 'sp_one_x' }],
    ['a key with blanks as Basic', {}, { authorization: basic('sp_a+b:sp_a+b_x') }, { apiKey: 'sp_a b_x' }],
  ])('is %s', (_, parameters, headers, credential) =>
    expect(credentialOf(parameters, headers)).toEqual({ ...none, ...credential }),
  );

  test.each<[string, Parameters, Record<string, string>]>([
    ['a key in the form with another identifier', { client_id: 'sp_two', client_secret: 'sp_one_x' }, {}],
    ['a key in the form without an identifier', { client_secret: 'sp_one_x' }, {}],
    ['a secret that is no key', { client_secret: 'x' }, {}],
    ['a secret that is no key, with its identifier', { client_id: 'undefined', client_secret: 'x' }, {}],
    ['Basic with another identifier', {}, { authorization: basic('sp_two:sp_one_x') }],
    [
      'Basic beside another identifier in the form',
      { client_id: 'sp_two' },
      { authorization: basic('sp_one:sp_one_x') },
    ],
    ['an assertion, which nobody reads', { client_assertion: 'eyJ.e30.x' }, {}],
    ['an assertion without a text', { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:x' }, {}],
    ['an assertion with an identifier', { client_id: 'sp_one', client_assertion: 'eyJ.e30.x' }, {}],
    ['Basic without a colon', {}, { authorization: basic('sp_one_x') }],
    ['Basic that is not encoded', {}, { authorization: 'Basic !' }],
    ['Basic that is empty', {}, { authorization: 'Basic' }],
    ['Basic with a broken escape', {}, { authorization: basic('sp_one:sp_one_%') }],
  ])('is refused for %s', (_, parameters, headers) =>
    expect(() => credentialOf(parameters, headers)).toThrow(
      expect.objectContaining({
        code: 'UNAUTHENTICATED',
        message: 'Unknown client. Its identifier is the prefix of an API key, and its secret is the whole key.',
        options: { refusal: 'bad_client' },
      }),
    ),
  );

  test.each([
    ['in the form and a header', { authorization: 'Bearer x' }],
    ['in the form and as Basic', { authorization: basic('sp_one:sp_one_x') }],
    ['in the form and in its own header', { 'x-api-key': 'sp_one_x' }],
    ['in the form and by cookies', { cookie: 'sallyport-refresh=x' }],
  ])('is refused if it authenticates in two ways: %s', (_, headers) =>
    expect(() => credentialOf({ client_id: 'sp_one', client_secret: 'sp_one_x' }, headers)).toThrow(
      expect.objectContaining({
        code: 'BAD_REQUEST',
        message: 'The client authenticates in two ways: send one credential.',
      }),
    ),
  );

  test.each<[string, Parameters, Record<string, string>]>([
    ['a secret', { client_id: 'sp_one', client_secret: 'sp_one_x' }, {}],
    ['a header', {}, { authorization: 'Bearer x' }],
    ['Basic', {}, { authorization: basic('sp_one:sp_one_x') }],
  ])('is refused with an assertion and %s, as with any two ways', (_, parameters, headers) =>
    expect(() => credentialOf({ ...parameters, client_assertion: 'eyJ.e30.x' }, headers)).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST' }),
    ),
  );
});
