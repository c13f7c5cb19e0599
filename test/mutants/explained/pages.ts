import { inFile, type Explained } from './in-file.ts';

export const pages: readonly Explained[] = [
  ...inFile('src/http/pages/account/account-layout.ts', {
    'what is absent is the name of nothing that was done, whatever it is read as': [
      [
        "const done = isOfAnother({ url }, account) ? 'other-account' : (url.searchParams.get('done') ?? '');",
        "const done = isOfAnother({ url }, account) ? 'other-account' : (url.searchParams.get('done'));",
      ],
    ],
  }),
  ...inFile('src/http/pages/account/account-page.ts', {
    'no action and nothing that was done has an empty name, or none: the other case is there for the types': [
      ["const action = actions.get(form.get('action') ?? '');", "const action = actions.get(form.get('action'));"],
      [
        "['confirmed', 'signed-in'].includes(searchParams.get('done') ?? '') || searchParams.has('error');",
        "['confirmed', 'signed-in'].includes(searchParams.get('done')) || searchParams.has('error');",
      ],
    ],
    'either is shown as nothing': [
      [
        'const place = { title, lead, action, carried, forgot: false as const };',
        'const place = { title, lead, action, carried, forgot: true as const };',
      ],
    ],
  }),
  ...inFile('src/http/pages/account/confirm-steps.ts', {
    'there is a form only if it has a field: the other case is there for the types': [
      [
        "fields.find(({ name }) => tried?.form.has(name) === true)?.name ?? fields[0]?.name ?? '';",
        'fields.find(({ name }) => tried?.form.has(name) === true)?.name ?? fields[0]?.name;',
      ],
    ],
  }),
  ...inFile('src/http/pages/account/kept-form.ts', {
    'every field counts one more, and the longest is the same': [
      [
        'lengths.set(field, (lengths.get(field) ?? 0) + name.length + value.length);',
        'lengths.set(field, (lengths.get(field) ?? 1) + name.length + value.length);',
      ],
    ],
    'what is absent, or is no list, fails below and is caught: the look is there for the types': [
      ['if (text === undefined) return null;', 'if (false) return null;'],
      ['if (!Array.isArray(fields)) return null;', 'if (false) return null;'],
    ],
  }),
  ...inFile('src/http/pages/account/lane.ts', {
    'no bar shows the millisecond of a day': [['const dayMs = 86_400_000;', 'const dayMs = 86400001;']],
  }),
  ...inFile('src/http/pages/account/leaving-steps.ts', {
    'no step has an empty name, or none, and each that may be refused has a page to stay at: the other case is there for the types':
      [
        ["const name = sent.get(stepField) ?? '';", 'const name = sent.get(stepField);'],
        [
          'if (page instanceof Refusal) return step.stay?.(leaving, page) ?? page;',
          'if (page instanceof Refusal) return step.stay?.(leaving, page);',
        ],
      ],
  }),
  ...inFile('src/http/pages/account/security.ts', {
    'what is absent is written as nothing': [
      [
        "hidden: { action: 'change-password', username: email ?? '' },",
        "hidden: { action: 'change-password', username: email },",
      ],
    ],
  }),
  ...inFile('src/http/pages/ask.ts', {
    'only errors are thrown: the other case is there for the types': [
      [
        "if (!(error instanceof AppError) || error.code !== 'UNAUTHENTICATED') throw error;",
        "if (error.code !== 'UNAUTHENTICATED') throw error;",
      ],
    ],
  }),
  ...inFile('src/http/pages/brand.ts', {
    'no colour has just that contrast, or that share': [
      [
        'const on = contrast(accent, white) >= leastContrast ? white : black;',
        'const on = contrast(accent, white) > leastContrast ? white : black;',
      ],
      [
        'if (contrast(mixed, ground) >= leastContrast) return mixed;',
        'if (contrast(mixed, ground) > leastContrast) return mixed;',
      ],
      [
        'return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;',
        'return share < 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;',
      ],
    ],
    'the last step is the colour itself to which the others lead': [
      ['for (let step = 0; step < 20; step += 1) {', 'for (let step = 0; step <= 20; step += 1) {'],
      ['for (let step = 0; step < 20; step += 1) {', 'for (let step = 0; step < 21; step += 1) {'],
    ],
  }),
  ...inFile('src/http/pages/create-pages.ts', {
    'only errors are thrown, and every request that a server receives has a URL: the other case is there for the types':
      [
        [
          "const url = new URL(request.url ?? '/', site.publicUrl);",
          'const url = new URL(request.url, site.publicUrl);',
        ],
        [
          "if (error instanceof AppError && error.status === 413) response.setHeader('connection', 'close');",
          "if (error.status === 413) response.setHeader('connection', 'close');",
        ],
      ],
  }),
  ...inFile('src/http/pages/json-field.ts', {
    'what is absent is no JSON, which is nothing either': [
      ["return JSON.parse(text ?? 'null');", 'return JSON.parse(text);'],
    ],
  }),
  ...inFile('src/http/pages/next.ts', {
    'what is absent leads to the account, whatever it is read as': [
      ["const url = URL.parse(text ?? '', publicUrl);", 'const url = URL.parse(text, publicUrl);'],
    ],
  }),
  ...inFile('src/http/pages/sign-in-steps.ts', {
    'no step has an empty name, or none: the other case is there for the types': [
      [
        "const step = steps.get(sent.get(stepField) ?? '') ?? signInByPassword;",
        'const step = steps.get(sent.get(stepField)) ?? signInByPassword;',
      ],
    ],
  }),
];
