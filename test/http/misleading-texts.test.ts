import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());

const login = 'email: "viewer@demo.sallyport.test", password: "sallyport-demo"';

test('Nothing gets a name that turns the direction of writing or breaks the line', async () => {
  const [viewer, admin] = [await server.signIn('viewer'), await server.signIn('admin')];
  const keyDocument =
    'mutation ($name: String!) { createApiKey(input: { name: $name, scopes: ["articles:read"] }) { secret } }';
  const give = [
    (name: string) =>
      server.ask(`mutation ($name: String) { login(input: { ${login}, device: $name }) { __typename } }`, { name }),
    (name: string) => admin.ask(keyDocument, { name }),
    (name: string) =>
      viewer.ask('mutation ($name: String) { updateProfile(input: { displayName: $name }) { id } }', { name }),
  ];
  for (const giving of give) {
    for (const name of ['Admin \u202e\u2066gnp.exe', 'two\nlines', 'a command \u009b2J', 'a paragraph \u2029 more']) {
      const { body } = await giving(name);
      expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', problem: 'invalid_characters' });
    }
    expect((await giving('ايران 👩‍👩‍👧 می‌خواهم')).body.errors).toBeUndefined();
  }
});

test('What a client calls itself is shown escaped where it would command or mislead', async () => {
  const document = `mutation { login(input: { ${login} }) { ... on AuthTokens { session { userAgent } } } }`;
  const answer = await sendRaw(`{"query":${JSON.stringify(document)}}`, 'Browser \u009b2J\tx');
  expect(answer).toContain('"userAgent":"Browser \\\\u{9b}2J\\\\u{9}x"');
});

/** Sends a user agent as its bytes, which no client of ours would. */
const sendRaw = (body: string, userAgent: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1', () => {
      const head = [
        'POST /graphql HTTP/1.1',
        'host: localhost',
        `user-agent: ${userAgent}`,
        'content-type: application/json',
        'connection: close',
        `content-length: ${body.length}`,
      ];
      socket.write(Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`, 'latin1'));
    });
    let text = '';
    socket.on('data', (data) => (text += data.toString('latin1')));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });

const register = 'mutation ($input: RegisterInput!) { register(input: $input) { __typename } }';
const signIn = 'mutation ($input: LoginInput!) { login(input: $input) { ... on AuthTokens { user { email } } } }';
const password = 'correct horse battery';
const nora = { password, displayName: 'Nora' };

test('The domain of an e-mail is one, however it is spelt', async () => {
  await server.get(register, { input: { ...nora, email: 'nora@bücher.example' } });
  const spellings = [
    'NORA@BÜCHER.example',
    'nora@XN--BCHER-KVA.EXAMPLE',
    'nora@bu\u0308cher.example',
    'nora@bücher\u3002example',
    'nora@bü\ufe0fcher.example',
    'nora@ⓑüc\u{1d421}er.example',
    'nora\uff20bücher\uff0eexample',
  ];
  for (const email of spellings) {
    const { body } = await server.ask(register, { input: { ...nora, email } });
    expect([email, body.errors?.[0]?.extensions.code]).toEqual([email, 'CONFLICT']);
    const signedIn = await server.get(signIn, { input: { email, password } });
    expect(signedIn).toEqual({ login: { user: { email: 'nora@xn--bcher-kva.example' } } });
  }
});

test('What is no domain of names is no e-mail', async () => {
  for (const domain of ['192.0.2.1', 'ex%61mple.com', 'bücher.example/x', 'ex%61mple.bücher', 'x.1']) {
    const { body } = await server.ask(register, { input: { ...nora, email: `bad@${domain}` } });
    expect([domain, body.errors?.[0]?.extensions]).toEqual([
      domain,
      { code: 'BAD_USER_INPUT', field: 'input.email', problem: 'invalid_value' },
    ]);
  }
});
