import { describe, expect, test } from '@jest/globals';
import { form, reasonOf, refusedWith, type Field, type FormParts, type Tried } from '../../../src/http/pages/form.ts';
import { html } from '../../../src/http/pages/html.ts';
import { Refusal, type ApiError } from '../../../src/http/pages/refusal.ts';

const fields: readonly Field[] = [
  { name: 'title', label: 'Title', autocomplete: 'off', hint: 'A <hint>', value: 'before' },
  { kind: 'email', name: 'email', label: 'E-mail', autocomplete: 'email', optional: true },
  { kind: 'password', name: 'password', label: 'Password', autocomplete: 'current-password', minLength: 8, value: 'v' },
  { kind: 'code', name: 'code', label: 'Code', autocomplete: 'one-time-code', value: 'v' },
  { kind: 'code', name: 'other', label: 'Other', autocomplete: 'off' },
  { kind: 'check', name: 'agree', label: 'Agree' },
  { kind: 'choice', name: 'days', label: 'Days', options: { 7: 'A week', 30: 'A month' }, value: '7' },
  { kind: 'checks', name: 'scopes', label: 'Scopes', options: ['a', 'b'] },
];

const refusalOf = (extensions: ApiError['extensions']): Refusal => new Refusal({ message: 'No <good>.', extensions });

function write(parts: Partial<FormParts> = {}): string {
  return form({ action: '/x', id: 'f', fields, submit: 'Go', ...parts }).markup.replaceAll(/\s+/g, ' ');
}
const inputOf = (markup: string, id: string): string =>
  (markup.match(/<input [^>]*>/g) ?? []).find((input) => input.includes(`id="${id}"`)) ?? '';

describe('A form', () => {
  test('has its fields as they are before anybody types', () => {
    const markup = write({ hidden: { step: '"1"' }, data: { 'data-x': 'y' }, submitLabel: 'Go on' });
    expect(markup).toContain('<form method="post" action="/x" data-x="y" >');
    expect(markup).toContain('<input type="hidden" name="step" value="&quot;1&quot;" />');
    expect(markup).toContain('<button class="primary" aria-label="Go on" >Go</button>');
    expect([inputOf(markup, 'f-title'), inputOf(markup, 'f-email'), inputOf(markup, 'f-password')]).toEqual([
      '<input id="f-title" name="title" type="text" value="before" autocomplete="off" required aria-describedby="f-title-hint" />',
      '<input id="f-email" name="email" type="email" autocomplete="email" spellcheck="false" autocapitalize="none" />',
      '<input id="f-password" name="password" type="password" autocomplete="current-password" spellcheck="false" autocapitalize="none" required minlength="8" />',
    ]);
    expect([inputOf(markup, 'f-code'), inputOf(markup, 'f-other')]).toEqual([
      '<input id="f-code" name="code" type="text" autocomplete="one-time-code" inputmode="numeric" spellcheck="false" autocapitalize="none" required />',
      '<input id="f-other" name="other" type="text" autocomplete="off" spellcheck="false" autocapitalize="none" required />',
    ]);
    expect(markup).toContain('<p class="hint" id="f-title-hint">A &lt;hint&gt;</p>');
    expect(markup.match(/class="hint"/g)).toHaveLength(1);
    expect(markup).toContain('<fieldset >');
    expect(write({ fields: [{ name: 'a', label: 'A', autocomplete: 'off', value: null }] })).not.toContain('value=');
    expect(markup).toContain('<option value="7" selected >A week</option><option value="30" >A month</option>');
    expect(markup).toContain('<input type="checkbox" id="f-agree" name="agree" value="on" />');
    expect(markup).toContain('<input type="checkbox" id="f-scopes-b" name="scopes:b" value="on" />');
    expect(markup).not.toMatch(/autofocus|role="alert"|aria-invalid|class="error"/);
  });

  test('has the cursor in its first field if that is wanted', () => {
    const markup = write({ focus: true, style: 'danger', more: html`<i>more</i>` });
    expect(markup.match(/id="([^"]*)"[^>]*autofocus/)?.[1]).toBe('f-title');
    expect(markup).toContain('<i>more</i> <button class="danger" >Go</button>');
  });

  const typed = new Map([
    ['title', 'typed'],
    ['email', '"'],
    ['password', 'a-secret'],
    ['code', '123456'],
    ['agree', 'on'],
    ['days', '30'],
    ['scopes:b', 'on'],
  ]);
  const tried = (extensions: ApiError['extensions'] | null): Tried => ({
    form: typed,
    refusal: extensions === null ? null : refusalOf(extensions),
  });

  test('keeps what was typed, but for passwords and codes', () => {
    const markup = write({ tried: tried(null) });
    expect(markup).not.toMatch(/a-secret|123456|role="alert"|class="error"/);
    expect([inputOf(markup, 'f-title'), inputOf(markup, 'f-email')]).toEqual([
      expect.stringContaining('value="typed"'),
      expect.stringContaining('value="&quot;"'),
    ]);
    expect(markup).toContain('<option value="30" selected >A month</option>');
    expect(markup).toContain('name="agree" value="on" checked />');
    expect(markup).toContain('name="scopes:b" value="on" checked />');
    expect(markup).toContain('name="scopes:a" value="on" />');
    expect(markup.match(/id="([^"]*)"[^>]*autofocus/)?.[1]).toBe('f-title');
  });

  test('says beside its field what was refused, and has the cursor there', () => {
    const markup = write({ tried: tried({ code: 'BAD_USER_INPUT', field: 'input.password' }) });
    expect(inputOf(markup, 'f-password')).toContain(
      'autofocus aria-invalid="true" aria-describedby="f-password-error"',
    );
    expect(markup).toContain('<p class="error" id="f-password-error">No &lt;good&gt;.</p>');
    expect(markup.match(/class="error"|autofocus|role="alert"/g)).toHaveLength(2);
    const title = write({ tried: tried({ code: 'BAD_USER_INPUT', field: 'title' }) });
    expect(inputOf(title, 'f-title')).toContain('aria-describedby="f-title-error f-title-hint"');
    const scopes = write({ tried: tried({ code: 'BAD_USER_INPUT', field: 'scopes' }) });
    expect(scopes).toContain('<fieldset aria-describedby="f-scopes-error" >');
    expect(write({ tried: tried({ code: 'BAD_USER_INPUT', field: 'days' }) })).toContain(
      '</select> <p class="error" id="f-days-error">',
    );
  });

  test('knows by the code beside which field a refusal belongs that names none, or says it at its head', () => {
    const fieldOfCode = { INVALID_CREDENTIALS: 'password', CONFLICT: 'nothing' };
    expect(write({ fieldOfCode, tried: tried({ code: 'INVALID_CREDENTIALS' }) })).toContain('id="f-password-error"');
    for (const extensions of [{ code: 'CONFLICT' }, { code: 'NOT_FOUND' }, { code: 'BAD_USER_INPUT', field: 'else' }]) {
      const markup = write({ fieldOfCode, tried: tried(extensions) });
      expect(markup).toContain('role="alert"> <span aria-hidden="true">!</span> <div>No &lt;good&gt;.</div>');
      expect(markup).not.toContain('class="error"');
    }
  });
});

test('A page that shows a form again has the status of its refusal, and the time to wait', () => {
  const refusal = refusalOf({ code: 'RATE_LIMITED', retryAfterSeconds: 5 });
  expect([refusedWith(null), refusedWith({ form: new Map(), refusal: null })]).toEqual([{}, {}]);
  expect(refusedWith({ form: new Map(), refusal })).toEqual({ status: 429, retryAfterSeconds: 5 });
});

test('A reason says how long to wait, and by which id it is found, if it was told', () => {
  const said = (extensions: ApiError['extensions']): string => html`${reasonOf(refusalOf(extensions))}`.markup;
  expect(said({ code: 'X' })).toBe('No &lt;good&gt;.');
  expect(said({ code: 'X', retryAfterSeconds: 0 })).toMatch(/^No &lt;good&gt;\. .*\d/);
  expect(said({ code: 'X', requestId: 'an-id' })).toMatch(/^No &lt;good&gt;\. .*an-id/);
});
