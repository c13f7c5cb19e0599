import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { readFormBody, readJsonBody } from '../../src/http/server/body.ts';
import { requestOf } from '../support/http-message.ts';

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';

/** A request with a whole body. */
function posted(body: string | Uint8Array, type: string, encoding?: string) {
  const headers = [['content-type', type] as const, ...(encoding === undefined ? [] : [contentEncoding(encoding)])];
  const request = requestOf({ method: 'POST', headers });
  request.push(body);
  request.push(null);
  return request;
}

const contentEncoding = (encoding: string): readonly [string, string] => ['content-encoding', encoding];

describe('The body of a request', () => {
  const types = [
    json,
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json; charset=utf8; x=y',
    'application/json; x=charset',
  ];

  test('is read as JSON in UTF-8', async () => {
    for (const type of types) expect([type, await readJsonBody(posted('{"a":"ß"}', type))]).toEqual([type, { a: 'ß' }]);
  });

  const others = [
    ['application/json; charset=latin1', 'Send the request as UTF-8.'],
    ['application/json; charset=', 'Send the request as UTF-8.'],
    ['application/jsonp', 'Send the request as `content-type: application/json`.'],
    ['text/plain; application/json', 'Send the request as `content-type: application/json`.'],
    ['', 'Send the request as `content-type: application/json`.'],
  ] as const;

  test('is not read as another type or charset', async () => {
    for (const [type, message] of others) {
      await expect(readJsonBody(posted('{}', type))).rejects.toMatchObject({
        code: 'BAD_REQUEST',
        status: 415,
        message,
      });
    }
  });

  test('is not read without a type', async () => {
    await expect(readJsonBody(requestOf({ method: 'POST' }))).rejects.toMatchObject({ status: 415 });
  });

  const packed = [
    ['identity', '{}'],
    ['', '{}'],
    ['gzip', gzipSync('{}')],
    [' GZIP ', gzipSync('{}')],
    ['deflate', deflateSync('{}')],
    ['br', brotliCompressSync('{}')],
  ] as const;

  test('is unpacked', async () => {
    for (const [encoding, body] of packed) {
      expect([encoding, await readJsonBody(posted(body, json, encoding))]).toEqual([encoding, {}]);
    }
  });

  test('that is packed in another way is refused', async () => {
    for (const encoding of ['zstd', 'gzip, br', 'constructor', '__proto__']) {
      await expect(readJsonBody(posted('{}', json, encoding))).rejects.toMatchObject({
        status: 415,
        message: 'Send the body plain, or as gzip, deflate or br.',
      });
    }
  });

  /** A JSON text of so many bytes. */
  const textOf = (bytes: number): string => `"${'x'.repeat(bytes - 2)}"`;

  test.each([undefined, 'gzip'])('has 256 KiB at most, unpacked: %s', async (encoding) => {
    const sent = (text: string) => posted(encoding === undefined ? text : gzipSync(text), json, encoding);
    expect(await readJsonBody(sent(textOf(256 * 1024)))).toHaveLength(256 * 1024 - 2);
    const larger = sent(textOf(256 * 1024 + 1));
    await expect(readJsonBody(larger)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: 'The body is larger than 256 KiB.',
      options: { httpStatus: 413, headers: { connection: 'close' } },
    });
    expect(larger.socket.destroyed).toBe(false);
  });

  test('that comes in pieces is put together, and counted together', async () => {
    const request = requestOf({ method: 'POST', headers: [['content-type', json]] });
    const read = readJsonBody(request);
    for (const piece of ['{"a":', '"b', '"}', null]) request.push(piece);
    expect(await read).toEqual({ a: 'b' });
    const large = requestOf({ method: 'POST', headers: [['content-type', json]] });
    const refused = readJsonBody(large);
    for (const piece of [...Array.from({ length: 5 }, () => 'x'.repeat(60 * 1024)), null]) large.push(piece);
    await expect(refused).rejects.toMatchObject({ status: 413 });
  });

  describe('that is too large', () => {
    // What a client that writes all before it reads still sends is read: its answer would be lost with the connection.
    afterEach(() => void jest.useRealTimers());

    /** A request that goes on after its body has become too large. */
    function begun() {
      jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
      const request = requestOf({ method: 'POST', headers: [['content-type', json]] });
      let refusal: unknown;
      readJsonBody(request).catch((error: unknown) => void (refusal = error));
      request.push(Buffer.alloc(300 * 1024));
      return { request, refusalNow: () => new Promise((resolve) => setImmediate(() => resolve(refusal))) };
    }
    const tooLarge: unknown = expect.objectContaining({ status: 413 });

    test('is refused once all of it was read', async () => {
      const { request, refusalNow } = begun();
      expect(await refusalNow()).toBeUndefined();
      for (let count = 0; count < 10; count += 1) request.push(Buffer.alloc(1024 * 1024));
      expect(await refusalNow()).toBeUndefined();
      request.push(null);
      expect([await refusalNow(), jest.getTimerCount()]).toEqual([tooLarge, 0]);
    });

    test('is read to its end if it is packed, too', async () => {
      jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
      const headers = [['content-type', json] as const, contentEncoding('gzip')];
      const request = requestOf({ method: 'POST', headers });
      const read = readJsonBody(request);
      const bytes = gzipSync(textOf(5_000_000));
      request.push(bytes.subarray(0, -10));
      for (let turns = 0; jest.getTimerCount() === 0 && turns < 1_000; turns += 1) await new Promise(setImmediate);
      request.push(bytes.subarray(-10));
      request.push(null);
      await expect(read).rejects.toMatchObject({ status: 413 });
      expect(jest.getTimerCount()).toBe(0);
    });

    test('is refused if its client leaves, and is no body that could not be read', async () => {
      const { request, refusalNow } = begun();
      await refusalNow();
      request.destroy();
      expect([await refusalNow(), jest.getTimerCount()]).toEqual([tooLarge, 0]);
    });

    test('is refused after five seconds, or 32 MiB, although more may come', async () => {
      const slow = begun();
      await slow.refusalNow();
      jest.advanceTimersByTime(4_999);
      expect(await slow.refusalNow()).toBeUndefined();
      jest.advanceTimersByTime(1);
      expect(await slow.refusalNow()).toEqual(tooLarge);
      const huge = begun();
      await huge.refusalNow();
      for (let count = 0; count < 32; count += 1) huge.request.push(Buffer.alloc(1024 * 1024));
      expect(await huge.refusalNow()).toBeUndefined();
      huge.request.push(Buffer.alloc(1));
      expect([await huge.refusalNow(), jest.getTimerCount()]).toEqual([tooLarge, 0]);
      expect(huge.request.readableFlowing).toBe(true);
    });

    test('is refused at once if there is nothing left to read, or nobody to be told', async () => {
      jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
      const bomb = posted(gzipSync(textOf(5_000_000)), json, 'gzip');
      await expect(readJsonBody(bomb)).rejects.toMatchObject({ status: 413 });
      expect(jest.getTimerCount()).toBe(0);
    });
  });

  test.each([undefined, 'gzip'])('that breaks off is refused, packed or not: %s', async (encoding) => {
    const headers = [['content-type', json] as const, ...(encoding === undefined ? [] : [contentEncoding(encoding)])];
    const request = requestOf({ method: 'POST', headers });
    const read = readJsonBody(request);
    request.push(gzipSync('{}').subarray(0, 4));
    request.destroy(new Error('aborted'));
    await expect(read).rejects.toMatchObject({ code: 'BAD_REQUEST', message: 'The body could not be read.' });
  });

  test('that ends without a reason is refused', async () => {
    const request = requestOf({ method: 'POST', headers: [['content-type', json]] });
    const read = readJsonBody(request);
    request.destroy();
    await expect(read).rejects.toMatchObject({ code: 'BAD_REQUEST', message: 'The body could not be read.' });
  });

  test.each([
    ['that is no JSON', '{', 'The body is not valid JSON.'],
    ['that is empty', '', 'The body is not valid JSON.'],
    ['that is no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'The body is not valid UTF-8.'],
    ['with a name twice', '{"a":1,"a":2}', 'The JSON of the body is not accepted: repeated name.'],
    ['too deep', `${'['.repeat(101)}${']'.repeat(101)}`, 'The JSON of the body is not accepted: too deep.'],
  ])('%s is refused', async (_, body, message) =>
    expect(readJsonBody(posted(body, json))).rejects.toMatchObject({ code: 'BAD_REQUEST', status: 400, message }),
  );

  test('is read as a form, of which an empty parameter is none', async () => {
    expect([...(await readFormBody(posted('a=b+c&d=%C3%9F&e=&e=f', form)))]).toEqual([
      ['a', 'b c'],
      ['d', 'ß'],
      ['e', 'f'],
    ]);
    await expect(readFormBody(posted('a=b&a=b', form))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: 'A parameter is given more than once.',
    });
    await expect(readFormBody(posted('a=b', json))).rejects.toMatchObject({ status: 415 });
  });
});
