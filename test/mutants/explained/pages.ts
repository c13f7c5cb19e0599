import { inFile, type Explained } from './in-file.ts';

export const pages: readonly Explained[] = [
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
