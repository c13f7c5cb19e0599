import { inFile, type Explained } from './in-file.ts';

export const http: readonly Explained[] = [
  ...inFile('src/http/graphql/graphql-endpoint.ts', {
    'what is absent reads as `undefined`, which asks for no page': [
      [
        "method === 'GET' && (headers['sec-fetch-mode'] === 'navigate' || /(^|,)\\s*text\\/html\\b/.test(headers.accept ?? ''));",
        "method === 'GET' && (headers['sec-fetch-mode'] === 'navigate' || /(^|,)\\s*text\\/html\\b/.test(headers.accept));",
      ],
    ],
    'a URL without a question mark has no parameter: to look for one only costs time': [
      [
        "if (!url.includes('?')) return { method, headers, search: '', body };",
        "if (false) return { method, headers, search: '', body };",
      ],
    ],
  }),
  ...inFile('src/http/oauth/oauth-error.ts', {
    'what is absent reads as `undefined`, which is no scheme': [
      [
        '/^Bearer\\b/i.test(authorization ?? \'\') ? \'Bearer error="invalid_token"\' : \'Basic realm="sallyport", charset="UTF-8"\';',
        '/^Bearer\\b/i.test(authorization) ? \'Bearer error="invalid_token"\' : \'Basic realm="sallyport", charset="UTF-8"\';',
      ],
    ],
  }),
  ...inFile('src/http/server/answer.ts', {
    'headers that are set one by one come out the same: it only costs time': [
      [
        'if (rest.length === 0 && this.getHeaderNames().length === 0) return super.writeHead(status, this.#defaults);',
        'if (false) return super.writeHead(status, this.#defaults);',
      ],
    ],
    'a name and a value are taken of what is cut out, however much that is': [
      [
        "const [name = '', value = ''] = this.#defaults.slice(at, at + 2);",
        "const [name = '', value = ''] = this.#defaults.slice(at, at + 3);",
      ],
    ],
  }),
  ...inFile('src/http/server/body.ts', {
    'once all has been read, a failure changes nothing: to make one only costs time': [
      ['if (!stream.readableEnded) fail();', 'if (true) fail();'],
    ],
    'the common type comes out the same by the longer way: it only costs time': [
      ['if (contentType === expected) return;', 'if (false) return;'],
    ],
    'what nothing is read from any more ends by itself: it only takes memory for longer': [
      ['if (stream !== request) stream.destroy();', 'if (false) stream.destroy();'],
      ['if (stream !== request) stream.destroy();', 'if (stream !== request) ;'],
    ],
    'one piece that is put together with nothing is the same: it only costs time': [
      [
        "stream.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));",
        "stream.on('end', () => resolve((Buffer.concat(chunks))));",
      ],
      [
        "stream.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));",
        "stream.on('end', () => resolve(chunks.length === 2 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));",
      ],
      [
        "stream.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));",
        "stream.on('end', () => resolve(chunks.length === 1 && chunks[0] === undefined ? chunks[0] : Buffer.concat(chunks)));",
      ],
      [
        "stream.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));",
        "stream.on('end', () => resolve(chunks.length === 1 && chunks[1] !== undefined ? chunks[0] : Buffer.concat(chunks)));",
      ],
    ],
    'a list of one piece has a first: the other case is there for the types': [
      [
        "stream.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));",
        "stream.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));",
      ],
    ],
  }),
  ...inFile('src/http/server/client.ts', {
    'what is remembered of a connection, or not looked for, comes out the same: it only costs time': [
      ['if (known !== undefined) return known;', 'if (false) return known;'],
      ['peers.set(socket, ipAddress);', ';'],
      ['if (!isTrusted(ipAddress)) return ipAddress;', 'if (false) return ipAddress;'],
      ['if (checks.length === 0) return () => [];', 'if (false) return () => [];'],
      [
        'const isTrusted = trustedProxies.length === 0 ? () => false : createRangeCheck(trustedProxies);',
        'const isTrusted = (createRangeCheck(trustedProxies));',
      ],
    ],
    'no text is no IP address, whatever it is read as': [
      [
        "const ipAddress = ipAddressIn(socket.remoteAddress ?? '') ?? unknownIpAddress;",
        'const ipAddress = ipAddressIn(socket.remoteAddress) ?? unknownIpAddress;',
      ],
    ],
  }),
  ...inFile('src/http/server/header-values.ts', {
    'a name of another length is another name, and a header that there is none of has no lines: it only costs time': [
      ['if (headers[name] === undefined) return none;', 'if (false) return none;'],
      [
        "if (raw.length === name.length && raw.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? '');",
        "if (raw.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? '');",
      ],
    ],
    'the lines are names and values in pairs, and no header has no name: the other case is there for the types': [
      ['for (let at = 0; at < rawHeaders.length; at += 2) {', 'for (let at = 0; at <= rawHeaders.length; at += 2) {'],
      ["const raw = rawHeaders[at] ?? '';", 'const raw = rawHeaders[at];'],
      [
        "if (raw.length === name.length && raw.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? '');",
        'if (raw.length === name.length && raw.toLowerCase() === name) values.push(rawHeaders[at + 1]);',
      ],
    ],
  }),
  ...inFile('src/http/server/origins.ts', {
    'no origin is in no list: the other case is there for the types': [
      [
        'isAllowed: (origin) => origin !== undefined && allowed.has(origin),',
        'isAllowed: (origin) => allowed.has(origin),',
      ],
      ['const mayRead = origin !== undefined && origins.mayRead(origin);', 'const mayRead = origins.mayRead(origin);'],
    ],
  }),
  ...inFile('src/http/server/server.ts', {
    'every header of the list has a value: the other case is there for the types': [
      [
        "for (const name in headers) response.setDefault(name, headers[name] ?? '');",
        'for (const name in headers) response.setDefault(name, headers[name]);',
      ],
    ],
    'what listens fails no more': [["server.removeAllListeners('error');", ';']],
    'what is closed has no connection left to be cut, and its process ends': [['clearTimeout(cutting);', ';']],
    'what listens on a port has a number, and fails no more: the other case is there for the types': [
      ["resolve(typeof address === 'object' && address !== null ? address.port : port);", 'resolve((address.port));'],
      [
        "resolve(typeof address === 'object' && address !== null ? address.port : port);",
        "resolve(typeof address === 'object' ? address.port : port);",
      ],
      [
        "resolve(typeof address === 'object' && address !== null ? address.port : port);",
        'resolve(address !== null ? address.port : port);',
      ],
    ],
    'a little more or less time to send a request is noticed by nobody': [
      ['const defaultTimeoutMs = 30_000;', 'const defaultTimeoutMs = 30001;'],
    ],
  }),
  ...inFile('src/http/server/static-files.ts', {
    'every request that a server receives has a URL: the other case is there for the types': [
      [
        "const { pathname } = new URL(request.url ?? '', 'http://localhost');",
        "const { pathname } = new URL(request.url, 'http://localhost');",
      ],
    ],
    'a file that cannot be sent packed cannot be sent as it is: it is looked for twice, and not found': [
      ['if (isCompressed && status === 404)', 'if (isCompressed)'],
    ],
    'nobody has anything left to do when a file has been sent': [["response.once('close', resolve);", ';']],
  }),
  ...inFile('src/http/authenticate.ts', {
    'to wait for what is there already, or to look through an empty list, only costs time': [
      ['const recognised = answer === null ? null : await answer;', 'const recognised = (await answer);'],
      [
        "values.length === 0 ? values : values.filter((value) => value.trim() !== '');",
        "(values.filter((value) => value.trim() !== ''));",
      ],
    ],
  }),
  ...inFile('src/http/websocket/accept-websockets.ts', {
    'every request that is accepted has an id: the other case is there for the types': [
      [
        "const idOf = (request: IncomingMessage): string => requestIds.get(request) ?? '';",
        'const idOf = (request: IncomingMessage): string => requestIds.get(request);',
      ],
    ],
    'what is closed has no client left to be cut': [['clearTimeout(timer);', ';']],
    'a subscription that is completed gives its place back at once as well: both stand': [
      ['allowSynchronousEvents: false,', 'allowSynchronousEvents: true,'],
    ],
    'a bound that is far from what is usual has no test of its own: one more or less is nothing': [
      ['const maxBufferedChunks = 1_024;', 'const maxBufferedChunks = 1025;'],
    ],
  }),
  ...inFile('src/http/websocket/connection-slots.ts', {
    'a count of zero that is kept only takes memory': [
      ['if (count > 0) taken.set(key, count);', 'if (true) taken.set(key, count);'],
      ['if (count > 0) taken.set(key, count);', 'if (count >= 0) taken.set(key, count);'],
    ],
    'what was not counted reaches no maximum: the other case is there for the types': [
      [
        'if (ranges.some(({ key, factor }) => (taken.get(key) ?? 0) >= max * factor)) return null;',
        'if (ranges.some(({ key, factor }) => (taken.get(key)) >= max * factor)) return null;',
      ],
    ],
  }),
  ...inFile('src/http/websocket/upgrade.ts', {
    'every URL has a part before its first question mark: the other case is there for the types': [
      ["if (!paths.includes(url.split('?')[0] ?? '')) {", "if (!paths.includes(url.split('?')[0])) {"],
    ],
  }),
  ...inFile('src/http/websocket/websocket-credential.ts', {
    'a credential under another name is refused, whether it is found there or further down': [
      [
        "const below = given.flatMap(([name, value]) => (name === 'headers' ? entriesOf(value) : []));",
        'const below = given.flatMap(([name, value]) => ((entriesOf(value))));',
      ],
    ],
    'what is absent was passed over, and what is neither an object nor a text holds nothing: the other case is there for the types':
      [
        ["if (typeof value !== 'object' || value === null) return false;", 'if (false) return false;'],
        [
          "if (typeof value !== 'object' || value === null) return false;",
          "if (typeof value !== 'object') return false;",
        ],
        ["if (typeof value !== 'object' || value === null) return false;", 'if (value === null) return false;'],
      ],
  }),
  ...inFile('src/http/websocket/websocket-server.ts', {
    'graphql-ws ends each subscription that it knows as well: both stand, should one forget any': [
      ['subscriptions.endAll();', ';'],
    ],
    'a socket that is closed, or whose client has left, is sent nothing, and its timer closes nothing': [
      ['return false;', 'return true;'],
      ['connection.end();', ';'],
    ],
    'to leave out what is not there changes nothing: the other case is there for the types': [
      ['if (connection !== undefined) connections.delete(connection);', 'if (true) connections.delete(connection);'],
    ],
  }),
  ...inFile('src/http/websocket/websocket-transport.ts', {
    'what is closed sends nothing, and calls back all the same': [
      ['if (socket.readyState !== socket.OPEN) return resolve();', 'if (false) return resolve();'],
    ],
    'a socket that is closed is sent nothing more, whatever is answered': [['return true;', 'return false;']],
  }),
];
