import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../../src/config/config.ts';
import { AppError } from '../../../src/errors.ts';
import { foldPassword, isCommonPassword } from '../../../src/identity/sign-in/passwords/common-passwords.ts';
import { contextWordsOf } from '../../../src/identity/sign-in/passwords/context-words.ts';
import {
  canonicalPassword,
  createPasswordRules,
  passwordSpellings,
  type PasswordOwner,
} from '../../../src/identity/sign-in/passwords/password-rules.ts';

const requireFit = createPasswordRules(['sallyport', 'Evergreen Labs', 'it']);

/** What is wrong with a password; nothing, if it is accepted. */
function problemOf(password: string, owner?: PasswordOwner): unknown {
  try {
    requireFit('input.password', password, owner);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', options: { field: 'input.password' } });
    return error.options.problem;
  }
}

describe('A password that is chosen', () => {
  const chosen = [
    ['of seven characters', 'wqxvzju', 'too_short'],
    ['of eight characters', 'wqxvzjuk', undefined],
    ['of seven characters that are two units each', '🦊🐙🦉🐝🦋🐢🦀', 'too_short'],
    ['of 128 characters that are two units each', '🦊🐙🦉🐝🦋🐢🦀🐬'.repeat(16), undefined],
    ['of 129 characters', `${'wqxvzjuk'.repeat(16)}x`, 'too_long'],
    ['of more text than any password has', 'x'.repeat(5_000), 'too_long'],
    ['that is short once it is composed', 'wqxvzju\u0308', 'too_short'],
    ['of one character in either case', 'ÖöÖöÖöÖö', 'common'],
    ['of two characters', 'ÖoÖoÖoÖo', undefined],
    ['that is common', 'password', 'common'],
    ['that is common but for a year and digits for letters', 'P@ssw0rd2024!', 'common'],
    ['that names the product', 'sallyport123', 'common'],
    ['that names who runs it, in part', 'evergreen', 'common'],
    ['that has a word of two letters in it', 'it rains in the evening', undefined],
  ] as const;
  test('is refused if it is short, long, common or the name of the product or of who runs it', () => {
    const found = chosen.map(([what, password]) => [what, password, problemOf(password)]);
    expect(found).toEqual(chosen);
  });

  const owned = [
    ['a word of the name and three letters more', 'abcbrightwater', 'similar'],
    ['a word of the name and four letters more', 'abcdbrightwater', undefined],
    ['a word of the name and any number', 'brightwater20240711', 'similar'],
    ['marks beside a word of the name, which are no characters', '--brightwater--!!--ab', 'similar'],
    ['a part of the name', 'zubenelg', 'similar'],
    ['a word of the name in digits for letters', '8r1ghtw4t3r', 'similar'],
    ['a word of three letters', 'finx7529', undefined],
    ['the local part', 'thistle.down', 'similar'],
    ['the local part and three letters more', 'abcthistle.down', 'similar'],
    ['a word of four letters and a number', 'qwyx7529', 'similar'],
    ['the whole e-mail', 'thistle.down@example.com', 'similar'],
    ['the domain of the e-mail', 'example.com', 'similar'],
    ['the whole name', 'Brightwater Zubenelgenubi Qwyx Fin', 'similar'],
    ['a word of the name with others', 'brightwater is not deep', undefined],
    ['none of them', 'correct horse battery', undefined],
  ] as const;
  test('is compared with what is known of its owner, and with nothing that is unknown', () => {
    const owner = { email: 'thistle.down@example.com', displayName: 'Brightwater Zubenelgenubi Qwyx Fin' };
    expect(owned.map(([what, password]) => [what, password, problemOf(password, owner)])).toEqual(owned);
    expect(problemOf('qwyx7529', { displayName: 'Qwyx' })).toBe('similar');
    expect(problemOf('qwy75293', { displayName: 'Qwy' })).toBeUndefined();
    for (const [, password] of owned) {
      for (const stranger of [{ email: null, displayName: null }, { email: '@', displayName: ' ' }, {}, undefined]) {
        expect(problemOf(password, stranger)).toBeUndefined();
      }
    }
  });

  test('says in words what is wrong with it', () => {
    const message = (password: string) => () => requireFit('password', password, { email: 'thistle@example.com' });
    expect(message('short')).toThrow('A password must have at least 8 characters.');
    expect(message('x'.repeat(129))).toThrow('A password must have at most 128 characters.');
    expect(message('thistle1')).toThrow('This password is too similar to the e-mail or the name: choose another.');
    expect(message('password')).toThrow('This password is too common: choose another.');
  });
});

describe('A common password', () => {
  test('is the word that it was made of', () => {
    const folded = {
      'P@ssw0rd2024!': 'password',
      pa$$word: 'password',
      hello123: 'heiio',
      '5a11yp0rt|': 'saiiyport',
      ab3: 'abe',
      abcd3: 'abcd',
      '31337': 'eieet',
      '+78': 'ttb',
      '!|lg9a': 'iiigga',
    };
    for (const [password, word] of Object.entries(folded)) expect(foldPassword(password)).toBe(word);
  });

  test('is found wherever it stands in the list, and none is found beyond its ends', () => {
    for (const common of ['password', 'qwertyuiop', 'iloveyou', '12345678', 'dragon', 'PASSWORD!', 'alexandri4']) {
      expect(isCommonPassword(common)).toBe(true);
    }
    // The prints of these are less than the first one of the list, and more than the last one.
    for (const rare of ['harbour aajho', 'harbour aasad', 'correct horse battery']) {
      expect(isCommonPassword(rare)).toBe(false);
    }
  });
});

describe('A password that is typed', () => {
  test('is the same on every keyboard, and unread if it is longer than any', () => {
    const decomposed = 'a\u0308';
    expect(canonicalPassword(decomposed)).toBe('ä');
    expect(canonicalPassword('１２３')).toBe('123');
    expect(canonicalPassword(decomposed.repeat(512))).toBe('ä'.repeat(512));
    const long = `${decomposed.repeat(512)}x`;
    expect(canonicalPassword(long)).toBe(long);
  });

  test('may have been hashed as it is, composed, or in our spelling, which is tried first', () => {
    expect(passwordSpellings('plain')).toEqual(['plain']);
    expect(passwordSpellings('a\u0308１')).toEqual(['ä1', 'a\u0308１', 'ä１']);
    const long = `${'a\u0308'.repeat(512)}x`;
    expect(passwordSpellings(long)).toEqual([long]);
    // Of the longest that is read there are all three.
    expect(passwordSpellings(`${'a\u0308'.repeat(511)}１１`)).toHaveLength(3);
  });
});

describe('The words that are guessed first on a server', () => {
  const wordsOf = (env: Readonly<Record<string, string>>): string[] =>
    contextWordsOf(
      parseConfig({ DATABASE_URL: 'memory:', MASTER_KEY: Buffer.alloc(32, 1).toString('base64'), ...env }),
    );

  test('are the product, the host, its domain, the sender of mails and the name of the pages, with their words', () => {
    const env = {
      PUBLIC_URL: 'https://login.evergreen.co.uk',
      MAIL_FROM: 'Evergreen Post <no-reply@example.com>',
      BRAND_NAME: 'Green Door',
    };
    const hosts = ['sallyport', 'login.evergreen.co.uk', 'evergreen'];
    expect(wordsOf(env)).toEqual([...hosts, 'Evergreen Post', 'Green Door', 'Evergreen', 'Post', 'Green', 'Door']);
    expect(wordsOf({ ...env, MAIL_FROM: 'no-reply@example.com' })).toEqual([
      ...hosts,
      '',
      'Green Door',
      '',
      'Green',
      'Door',
    ]);
    expect(wordsOf({ PUBLIC_URL: 'https://evergreen.github.io' })).toContain('evergreen');
    expect(wordsOf({ PUBLIC_URL: 'http://localhost:4000' }).slice(0, 3)).toEqual([
      'sallyport',
      'localhost',
      'localhost',
    ]);
  });
});
