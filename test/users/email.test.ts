import { describe, expect, test } from '@jest/globals';
import { isEmail, normaliseEmail, placeholderEmail } from '../../src/users/email.ts';

describe('An e-mail', () => {
  test('is one, however it is typed', () => {
    const typed = {
      ' Ada@Example.COM ': 'ada@example.com',
      'ａda@example.com': 'ada@example.com',
      'ada@bücher.example': 'ada@xn--bcher-kva.example',
      'ADA@BÜCHER.example': 'ada@xn--bcher-kva.example',
      'ada@BU\u{308}CHER.example': 'ada@xn--bcher-kva.example',
      'zoë@bücher.example': 'zoë@xn--bcher-kva.example',
      'a@b@bücher.example': 'a@b@xn--bcher-kva.example',
      'ada@example。com': 'ada@example.com',
      'zoë@example.com': 'zoë@example.com',
      zoë: 'zoë',
      'ada@1.2.3': 'ada@1.2.3',
      'ada@b%c': 'ada@b%c',
      '': '',
    };
    expect(Object.keys(typed).map(normaliseEmail)).toEqual(Object.values(typed));
  });

  test('has no domain in which a URL would read something else', () => {
    const texts = ['%', '/', '?', '#', ':', '\\'].map((mark) => `ada@bücher${mark}x.example`);
    expect([...texts, 'ada@\u{ad}ü\u{d800}'].map(normaliseEmail)).toEqual(Array(7).fill(''));
  });

  test('is looked at no further if it is longer than any', () => {
    const ofLength = (length: number): string => `${'x'.repeat(length - 12)}@example.com`;
    expect([
      normaliseEmail(ofLength(320)).length,
      normaliseEmail(ofLength(321)),
      normaliseEmail(` ${ofLength(320)}`),
    ]).toEqual([320, '', '']);
  });

  test('has a name and a domain of names', () => {
    const good = [
      'a@b.c',
      'a.b+c@example.com',
      'zoë@example.com',
      "o'neil!#$%&*/=?^_`{|}~@example.com",
      'a@1.2.c3',
      'a@a_b.example',
      `${'x'.repeat(64)}@${'y'.repeat(63)}.${'z'.repeat(63)}`,
    ];
    expect(good.filter((text) => !isEmail(text))).toEqual([]);
    const wrong = [
      '',
      'a',
      '@example.com',
      'a@',
      'a@b',
      'a@.com',
      'a@b..c',
      'a@b.c.',
      'a@1.2.3.4',
      'a@b.123',
      'a b@example.com',
      'a@b@example.com',
      'a<b@example.com',
      '"a"@example.com',
      'a,b@example.com',
      'a;b@example.com',
      'a:b@example.com',
      'a(b)@example.com',
      'a[b]@example.com',
      'a\\b@example.com',
      'a\u{200b}b@example.com',
      'a\u{d800}b@example.com',
      'a\nb@example.com',
      'a@example.com\n',
      'a@bücher.example',
      'a@b.c_d',
      `${'x'.repeat(65)}@example.com`,
      `a@${'y'.repeat(64)}.com`,
      `a@b.${'y'.repeat(64)}`,
      `a@${`${'y'.repeat(63)}.`.repeat(4)}com`,
    ];
    expect(wrong.filter(isEmail)).toEqual([]);
  });

  test('is not one that stands for none', () => {
    expect(placeholderEmail('an-id')).toBe('an-id@addressless.invalid');
    expect([placeholderEmail('an-id'), 'an-id@closed.invalid', 'a@other.invalid'].map(isEmail)).toEqual([
      false,
      false,
      true,
    ]);
  });
});
