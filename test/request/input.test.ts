import { describe, expect, test } from '@jest/globals';
import { AppError } from '../../src/errors.ts';
import {
  requireId,
  requireName,
  requireNumber,
  requireScopes,
  requireText,
  withoutMisleading,
} from '../../src/request/input.ts';
import { parseMoment } from '../../src/request/moment.ts';
import { isSameSet } from '../../src/request/same-set.ts';
import { requirePattern } from '../../src/request/search-pattern.ts';

/** What a check answers, or why it refuses. */
function outcomeOf(check: () => unknown): unknown {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'BAD_USER_INPUT') throw error;
    return [error.options.field, error.options.problem, error.message];
  }
}

describe('A text that a person typed', () => {
  const text = (typed: string, max = 5, min?: number): unknown =>
    outcomeOf(() => requireText('input.title', typed, max, min));

  test('is trimmed, and kept as it is otherwise', () => {
    expect(['abc', ' \n a\tb ', '\u{feff}abcde '].map((typed) => text(typed))).toEqual(['abc', 'a\tb', 'abcde']);
  });

  test('is not empty, nor of what nobody sees alone, unless it may be', () => {
    const empty = ['input.title', 'empty', '`input.title` must not be empty.'];
    const unseen = ['', ' \t\n', '\u{200b}', '\u{ad} \u{2060}', '\u{3164}', '\u{2800}\u{fe0f}'];
    expect(unseen.map((typed) => text(typed))).toEqual(unseen.map(() => empty));
    expect(['', ' ', '\u{200b}'].map((typed) => text(typed, 5, 0))).toEqual(['', '', '\u{200b}']);
  });

  test('is refused if the database could not keep it', () => {
    const unstorable = [
      'input.title',
      'invalid_characters',
      '`input.title` contains characters that cannot be stored.',
    ];
    expect(['a\0', 'a\u{d83d}', '\u{dd11}b'].map((typed) => text(typed))).toEqual(
      Array.from({ length: 3 }, () => unstorable),
    );
  });

  test('is as long as its characters are many, whatever they take', () => {
    const tooLong = ['input.title', 'too_long', '`input.title` must have at most 5 characters.'];
    expect([text('abcde'), text('🔑🔑🔑🔑🔑'), text('abcdef'), text('🔑🔑🔑🔑🔑🔑'), text('a    b')]).toEqual([
      'abcde',
      '🔑🔑🔑🔑🔑',
      tooLong,
      tooLong,
      tooLong,
    ]);
    const tooShort = ['input.title', 'too_short', '`input.title` must have at least 3 characters.'];
    expect([text('abc', 9, 3), text('🔑🔑🔑', 9, 3), text('ab', 9, 3), text('🔑🔑', 9, 3)]).toEqual([
      'abc',
      '🔑🔑🔑',
      tooShort,
      tooShort,
    ]);
  });
});

describe('A name', () => {
  const name = (typed: string): unknown => outcomeOf(() => requireName('name', typed, 9));

  test('is one line that reads as it is written', () => {
    expect(['Ada L.', ' Ada ', 'Zoë \u{200d}'].map(name)).toEqual(['Ada L.', 'Ada', 'Zoë \u{200d}']);
    const misleading = [
      'name',
      'invalid_characters',
      '`name` must be one line, without control characters and without marks that turn the direction of writing.',
    ];
    const others = ['a\nb', 'a\u{1b}[31m', 'a\u{202e}b', 'a\u{2066}b', 'a\u{2028}b', 'a\u{2029}b', 'a\u{7f}b'];
    expect(others.map(name)).toEqual(others.map(() => misleading));
    expect(name('0123456789')).toEqual(['name', 'too_long', '`name` must have at most 9 characters.']);
  });

  test('that came from elsewhere has what would mislead written out, each of it', () => {
    expect(withoutMisleading('a\u{202e}b\n\u{1b}c')).toBe('a\\u{202e}b\\u{a}\\u{1b}c');
    expect(withoutMisleading('Zoë')).toBe('Zoë');
  });
});

test('An id is a UUID, in lower case', () => {
  const id = '01900000-ABCD-7000-8000-000000000000';
  expect(requireId('id', id)).toBe(id.toLowerCase());
  const refused = ['input.id', 'invalid_id', '`input.id` is not an id: expected a UUID.'];
  for (const other of ['', `${id} `, id.slice(1), '1'])
    expect([other, outcomeOf(() => requireId('input.id', other))]).toEqual([other, refused]);
});

test('A number lies within its bounds, which it may be', () => {
  const number = (value: number): unknown => outcomeOf(() => requireNumber('first', value, 1, 3));
  const refused = ['first', 'out_of_range', '`first` must be from 1 to 3.'];
  expect([1, 2, 3, 0, 4, Number.NaN].map(number)).toEqual([1, 2, 3, refused, refused, refused]);
});

describe('Scopes', () => {
  const scopes = (list: readonly string[]): unknown => outcomeOf(() => requireScopes('scopes', list));

  test('are spelt in segments, of which the last may be a wildcard', () => {
    const good = ['*', 'articles:read', 'articles:*', 'a', 'api-keys:re_voke.x', 'a:b:c:d', 'a:b:*', 'x'.repeat(100)];
    expect(scopes(good)).toBe(good);
    const wrong = ['', 'a b', '*:read', 'a:*:b', 'a::b', ':a', 'a:', 'a*', 'a"b', 'ä', 'a\n', 'x'.repeat(101)];
    const refused = ['scopes', 'invalid_scope', 'A scope looks like `articles:read`, `articles:*` or `*`.'];
    for (const one of wrong) expect([one, scopes(['a', one])]).toEqual([one, refused]);
    expect(scopes([])).toEqual([]);
  });

  test('are fifty at most, and fit into a token together', () => {
    const many = (count: number, length: number): string[] => Array.from({ length: count }, () => 'x'.repeat(length));
    expect([scopes(many(50, 29)), scopes(many(50, 2))]).toEqual([many(50, 29), many(50, 2)]);
    expect(scopes(many(51, 1))).toEqual(['scopes', 'too_many', '`scopes` has at most 50 scopes.']);
    // With the blanks between them these are 1,500, and 1,501.
    expect(scopes([...many(14, 100), 'x'.repeat(86)])).toHaveLength(15);
    expect(scopes([...many(14, 100), 'x'.repeat(87)])).toEqual([
      'scopes',
      'too_long',
      '`scopes` has at most 1500 characters in all.',
    ]);
  });
});

test('A pattern repeats itself no more than words do', () => {
  const pattern = (text: string): unknown => outcomeOf(() => requirePattern('search', text, 200));
  const refused = ['search', 'repetitive', '`search` repeats itself too often. Search for a shorter text.'];
  expect([' Hello ', 'a', 'mississippi', 'y'.repeat(33)].map(pattern)).toEqual([
    'Hello',
    'a',
    'mississippi',
    'y'.repeat(33),
  ]);
  expect(['y'.repeat(34), 'yY'.repeat(17), `${'y'.repeat(60)}z`, 'ab'.repeat(40)].map(pattern)).toEqual(
    Array.from({ length: 4 }, () => refused),
  );
  // A repetition that does not begin where the text does costs nothing.
  expect(pattern(`z${'y'.repeat(199)}`)).toBe(`z${'y'.repeat(199)}`);
  expect(pattern('x'.repeat(201))).toEqual(['search', 'too_long', '`search` must have at most 200 characters.']);
  expect(pattern(' ')).toEqual(['search', 'empty', '`search` must not be empty.']);
});

test('Two lists are the same set if they hold the same, in whatever order and however often', () => {
  expect([isSameSet([], []), isSameSet(['a', 'b'], ['b', 'a']), isSameSet(['a', 'a', 'b'], ['b', 'a'])]).toEqual([
    true,
    true,
    true,
  ]);
  expect([
    isSameSet(['a'], []),
    isSameSet([], ['a']),
    isSameSet(['a', 'b'], ['a', 'c']),
    isSameSet(['a', 'b'], ['a', 'a']),
  ]).toEqual(Array(4).fill(false));
});

test('A moment is one that exists, as RFC 3339 spells it', () => {
  const moments = {
    '2026-01-02T03:04:05Z': '2026-01-02T03:04:05.000Z',
    '2026-01-02t03:04:05.678z': '2026-01-02T03:04:05.678Z',
    '2026-01-02T00:04:05+02:00': '2026-01-01T22:04:05.000Z',
    '2026-01-31T23:59:59-00:30': '2026-02-01T00:29:59.000Z',
    '2024-02-29T00:00:00Z': '2024-02-29T00:00:00.000Z',
    '2000-02-29T00:00:00Z': '2000-02-29T00:00:00.000Z',
    '2026-12-31T00:00:00Z': '2026-12-31T00:00:00.000Z',
    '2026-11-30T00:00:00Z': '2026-11-30T00:00:00.000Z',
  };
  expect(Object.keys(moments).map((text) => parseMoment(text)?.toISOString())).toEqual(Object.values(moments));
  const none = [
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-11-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-32T00:00:00Z',
    '2026-01-02T24:00:00Z',
    '2026-01-02T25:00:00Z',
    '2026-01-02T03:60:00Z',
    '2026-01-02T03:04:05',
    '2026-01-02 03:04:05Z',
    '2026-01-02',
    ' 2026-01-02T03:04:05Z',
    '2026-01-02T03:04:05Zz',
    '',
  ];
  expect(none.filter((text) => parseMoment(text) !== null)).toEqual([]);
});
