import { afterEach, describe, expect, test } from '@jest/globals';
import { readdirSync, statSync } from 'node:fs';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Mail } from '../../src/mail/mail.ts';
import { createOutbox, type Outbox } from '../../src/mail/outbox.ts';
import { renderHtml, renderText } from '../../src/mail/render.ts';
import { openMailbox } from '../support/mailbox.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
}

interface MailServer {
  readonly url: string;
  readonly received: Received[];
  readonly stop: () => Promise<void>;
}

const cleanups: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

/** A real server of SMTP; `refuse` answers what it says to the nth mail, or nothing. */
async function startMailServer(
  refuse: (attempt: number) => { code: number; message: string } | undefined = () => undefined,
  options: SMTPServerOptions = {},
): Promise<MailServer> {
  const received: Received[] = [];
  let attempts = 0;
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        attempts += 1;
        const refusal = refuse(attempts);
        if (refusal !== undefined) {
          done(Object.assign(new Error(refusal.message), { responseCode: refusal.code }));
          return;
        }
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        received.push({
          from,
          to: envelope.rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
    ...options,
  });
  smtp.listen(0, '0.0.0.0');
  await once(smtp.server, 'listening');
  const { port } = smtp.server.address() as AddressInfo;
  const stop = (): Promise<void> => new Promise((resolve) => smtp.close(() => resolve()));
  cleanups.push(stop);
  return { url: `smtp://127.0.0.1:${port}`, received, stop };
}

async function start(env: Record<string, string>): Promise<TestServer> {
  const server = await startServer(env);
  cleanups.push(server.stop);
  return server;
}

/** Undoes quoted-printable, as a mail program does. */
const decoded = (raw: string): string =>
  raw.replaceAll('=\r\n', '').replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

const requestReset = 'mutation ($email: String!) { requestPasswordReset(email: $email) }';
const viewer = { email: 'viewer@demo.sallyport.test' };

describe('Mail by SMTP', () => {
  test('arrives in plain text and HTML, from MAIL_FROM, with a link of PUBLIC_URL', async () => {
    const smtp = await startMailServer();
    const server = await start({
      MAIL_URL: smtp.url,
      MAIL_FROM: 'The Gate <gate@example.com>',
      PUBLIC_URL: 'https://api.example.com/base',
    });
    const answer = await server.ask(requestReset, viewer, { host: 'evil.example', 'x-forwarded-host': 'evil.example' });
    expect(answer.body).toEqual({ data: { requestPasswordReset: true } });
    await until(() => smtp.received.length === 1);
    const [mail] = smtp.received;
    expect(mail).toMatchObject({ from: 'gate@example.com', to: [viewer.email] });
    const text = decoded(mail?.raw ?? '');
    expect(text).toMatch(/^From: The Gate <gate@example\.com>\r$/m);
    expect(text).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(text).toMatch(/Content-Type: multipart\/alternative/);
    expect(text.match(/https:\/\/api\.example\.com\/base\/reset-password\?token=[\w-]{43}/g)).toHaveLength(3);
    expect(text).not.toContain('evil.example');
  });

  test('is tried again if the server is busy, and not if it refuses', async () => {
    const smtp = await startMailServer((attempt) =>
      attempt === 1
        ? { code: 451, message: 'busy' }
        : attempt === 3
          ? { code: 550, message: 'no such box' }
          : undefined,
    );
    const server = await start({ MAIL_URL: smtp.url });
    await server.get(requestReset, viewer);
    await until(() => smtp.received.length === 1);
    expect(server.logged.filter((line) => line.includes('mail is tried again'))).toHaveLength(1);
    await server.get(requestReset, viewer);
    await until(() => server.logged.some((line) => line.includes('mail was not sent')));
    expect(smtp.received).toHaveLength(1);
  });

  test('that fails changes no answer, and the log says why without a word of the mail', async () => {
    const quoting = { code: 554, message: 'spam: https://api.example.com/reset-password?token=quoted' };
    const smtp = await startMailServer(() => quoting);
    const server = await start({ MAIL_URL: smtp.url });
    expect(await server.get(requestReset, viewer)).toEqual({ requestPasswordReset: true });
    await until(() => server.logged.some((line) => line.includes('mail was not sent')));
    const log = server.logged.join('');
    expect(log).toContain('"responseCode":554');
    expect(log).not.toMatch(/token=|viewer@demo/);
  });

  test('says no password to a server in the clear', async () => {
    const passwords: unknown[] = [];
    const smtp = await startMailServer(undefined, {
      onAuth: ({ password }, _, done) => (passwords.push(password), done(null, { user: 'u' })),
    });
    const server = await start({ MAIL_URL: smtp.url.replace('127.0.0.1', 'u:hunter2@127.0.0.2') });
    await server.get(requestReset, viewer);
    await until(() => server.logged.some((line) => /mail (was not sent|is tried again)/.test(line)));
    expect(passwords).toEqual([]);
    expect(server.logged.join('')).not.toContain('hunter2');
  });

  test('that was taken is sent before the server is closed', async () => {
    const smtp = await startMailServer();
    const server = await startServer({ MAIL_URL: smtp.url });
    await server.get(requestReset, viewer);
    await server.stop();
    expect(smtp.received).toHaveLength(1);
  });
});

describe('Mail in development', () => {
  test('is a readable file for each, for the eyes of its owner alone', async () => {
    const server = await start({});
    const box = openMailbox(server.config);
    await server.get(requestReset, viewer);
    const sent = await box.latestMail(viewer.email, 'password-reset');
    expect(sent.subject).toBe('Choose a new password');
    expect(sent.text).toMatch(/^Hello Vera Viewer,\n\n/);
    expect(sent.text).toMatch(/\n\nhttp:\/\/localhost:4000\/reset-password\?token=[\w-]{43}\n\n/);
    expect(sent.html).toContain(`<a href="http://localhost:4000/reset-password?token=${sent.token}">`);
    const folder = server.config.mail.to?.kind === 'folder' ? server.config.mail.to.folder : '';
    const [file = ''] = readdirSync(folder);
    expect(file).toMatch(/^\d{4}-\d\d-\d\dT[\d-]+Z-[0-9a-f]{8}-password-reset\.eml$/);
    expect((statSync(join(folder, file)).mode & 0o777).toString(8)).toBe('600');
  });
});

describe('A mail', () => {
  const mail: Mail = {
    kind: 'test',
    to: 'a@example.com',
    subject: 'A & B',
    parts: [`<b>"${'word '.repeat(40)}"</b>`, { label: 'Go <on>', url: 'https://example.com/?a=1&b="2"' }],
  };

  test('is escaped in HTML, wherever text goes', () => {
    const html = renderHtml(mail);
    expect(html).toContain('<title>A &amp; B</title>');
    expect(html).toContain('<p>&lt;b&gt;&quot;word');
    expect(html).toContain('<a href="https://example.com/?a=1&amp;b=&quot;2&quot;">Go &lt;on&gt;</a>');
  });

  test('has lines of a width to read, and links that are never broken', () => {
    const lines = renderText(mail).split('\n');
    expect(lines.every((line) => line.length <= 76)).toBe(true);
    expect(lines).toContain('https://example.com/?a=1&b="2"');
  });
});

describe('The outbox', () => {
  const testMail: Mail = { kind: 'test', to: 'a@example.com', subject: 's', parts: [] };
  const open = (deliver: () => Promise<void>): Outbox =>
    createOutbox({
      transport: { deliver, verify: async () => undefined, close: () => undefined },
      log: { warn: () => undefined },
      clock: () => new Date(),
      retryAfterMs: [5, 5],
    });

  test('takes no more than a thousand, and none once it is closed or where mail is switched off', async () => {
    let delivered = 0;
    const outbox = open(async () => void (delivered += 1));
    const taken = Array.from({ length: 1_100 }, () => outbox.post('test', async () => testMail)).filter(Boolean);
    expect(taken).toHaveLength(1_000);
    await outbox.close();
    expect([delivered, outbox.post('test', async () => testMail)]).toEqual([1_000, false]);
    const off = createOutbox({ transport: null, log: { warn: () => undefined }, clock: () => new Date() });
    expect(off.post('test', async () => testMail)).toBe(false);
    await off.close();
  });

  test('gives up after its tries, and writes a mail once however often it is sent', async () => {
    let [composed, tries] = [0, 0];
    const outbox = open(async () => {
      tries += 1;
      throw new Error('down');
    });
    outbox.post('test', async () => ((composed += 1), testMail));
    await until(() => tries === 3);
    await outbox.close();
    expect([composed, tries]).toEqual([1, 3]);
  });

  test('sends nothing if there is nothing to say', async () => {
    let delivered = 0;
    const outbox = open(async () => void (delivered += 1));
    outbox.post('test', async () => null);
    await outbox.close();
    expect(delivered).toBe(0);
  });
});
