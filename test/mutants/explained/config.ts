import { inFile, type Explained } from './in-file.ts';

const forTheTypes = 'the other case cannot be: it is there for the types';
const ipFamilies = 'the family of an IP address is 4 or 6, and of anything else 0';

export const config: readonly Explained[] = [
  ...inFile('src/config/parse-http.ts', {
    [ipFamilies]: [
      [
        'return isIP(host) > 0 || (isName && !/^[\\d.]+$/.test(host)) ? host : refuseHost(settings);',
        'return isIP(host) > 1 || (isName && !/^[\\d.]+$/.test(host)) ? host : refuseHost(settings);',
      ],
    ],
  }),
  ...inFile('src/config/ip-ranges.ts', {
    [ipFamilies]: [
      [
        "return family !== 0 && block.check(ipAddress, family === 4 ? 'ipv4' : 'ipv6');",
        "return family !== 1 && block.check(ipAddress, family === 4 ? 'ipv4' : 'ipv6');",
      ],
    ],
    'a text that is no IP address lies in no range of Node.js either': [
      [
        "return family !== 0 && block.check(ipAddress, family === 4 ? 'ipv4' : 'ipv6');",
        "return block.check(ipAddress, family === 4 ? 'ipv4' : 'ipv6');",
      ],
    ],
  }),
  ...inFile('src/config/parse-database.ts', {
    'reading a URL throws nothing else': [
      ['if (!(error instanceof DatabaseUrlError)) throw error;', 'if (false) throw error;'],
    ],
  }),
  ...inFile('src/config/database-url.ts', {
    'an empty name is as unknown as none, and an empty value counts as none': [
      [
        "return [decoded(name) ?? '', decoded(value.join('=')) ?? ''];",
        "return [decoded(name), decoded(value.join('=')) ?? ''];",
      ],
      [
        "return [decoded(name) ?? '', decoded(value.join('=')) ?? ''];",
        "return [decoded(name) ?? '', decoded(value.join('='))];",
      ],
    ],
  }),
  ...inFile('src/config/parse-master-key.ts', {
    'what counts by two steps in turn is a count as well: either may be refused': [
      [
        'const steps = new Set(key.subarray(1).map((byte, index) => byte - (key[index] ?? 0)));',
        'const steps = new Set(key.subarray(2).map((byte, index) => byte - (key[index] ?? 0)));',
      ],
    ],
    [forTheTypes]: [
      [
        'const steps = new Set(key.subarray(1).map((byte, index) => byte - (key[index] ?? 0)));',
        'const steps = new Set(key.subarray(1).map((byte, index) => byte - (key[index])));',
      ],
      [
        'const steps = new Set(key.subarray(1).map((byte, index) => byte - (key[index] ?? 0)));',
        'const steps = new Set(key.subarray(1).map((byte, index) => byte - (key[index] ?? 1)));',
      ],
    ],
  }),
  ...inFile('src/config/parse-passkeys.ts', {
    'a member that is missing is neither a text nor a list: that it is there is asked for the types': [
      ["typeof value === 'object' &&", "typeof value === 'object' &&"],
    ],
  }),
  ...inFile('src/config/parse-providers.ts', {
    'null and undefined are no URLs, and are refused like them: the other case is there for the types': [
      [
        'const apiUrl = issuer === null ? null : apiUrlIn(entry, preset, issuer);',
        'const apiUrl = (apiUrlIn(entry, preset, issuer));',
      ],
      ['if (issuer === null || !isServer(issuer, production))', 'if (!isServer(issuer, production))'],
      [
        "if (entry['apiUrl'] !== undefined && (apiUrl === null || !isServer(apiUrl, production)))",
        "if (entry['apiUrl'] !== undefined && (!isServer(apiUrl, production)))",
      ],
      ['const text = textOf(issuer) ?? preset?.issuer ?? null;', 'const text = textOf(issuer) ?? preset?.issuer;'],
      [
        "const whole = text?.replace('{tenant}', encodeURIComponent(named)) ?? null;",
        "const whole = text?.replace('{tenant}', encodeURIComponent(named));",
      ],
      [
        "return protocol === 'oidc' ? whole : (whole?.replace(/\\/$/, '') ?? null);",
        "return protocol === 'oidc' ? whole : (whole?.replace(/\\/$/, ''));",
      ],
      [
        "return apiUrl === undefined ? apiUrlOf[protocol](issuer) : (textOf(apiUrl)?.replace(/\\/$/, '') ?? null);",
        "return apiUrl === undefined ? apiUrlOf[protocol](issuer) : (textOf(apiUrl)?.replace(/\\/$/, ''));",
      ],
    ],
    [forTheTypes]: [
      [
        "if (typeof value === 'string' && Object.hasOwn(providerPresets, value)) return providerPresets[value] ?? null;",
        "if (typeof value === 'string' && Object.hasOwn(providerPresets, value)) return providerPresets[value];",
      ],
    ],
  }),
  ...inFile('src/config/parse-trusted-issuers.ts', {
    'what is no text has no base, and none is no URL: the other cases are there for the types': [
      [
        "if (typeof value === 'string' && base !== undefined && isUrl(base, production)) return value;",
        'if (isUrl(base, production)) return value;',
      ],
      [
        "if (typeof value === 'string' && base !== undefined && isUrl(base, production)) return value;",
        "if (typeof value === 'string' && isUrl(base, production)) return value;",
      ],
      [
        "if (typeof value === 'string' && base !== undefined && isUrl(base, production)) return value;",
        'if (base !== undefined && isUrl(base, production)) return value;',
      ],
    ],
    'a claim that is undefined is read like one that is absent: it is left out for the types': [
      ['...(roles === undefined ? {} : { roles }),', '...(({ roles })),'],
      ['...(scopes === undefined ? {} : { scopes }),', '...(({ scopes })),'],
      ['...(session === undefined ? {} : { session }),', '...(({ session })),'],
      ['...(attributes === undefined ? {} : { attributes }),', '...(({ attributes })),'],
    ],
  }),
  ...inFile('src/config/settings.ts', {
    'what is no URL is not bare either: it is asked for the types': [
      [
        'if (url !== null && isBare && protocols.includes(url.protocol)) {',
        'if (isBare && protocols.includes(url.protocol)) {',
      ],
    ],
  }),
  ...inFile('src/config/misspelt.ts', {
    'names whose lengths differ by more are as far from each other: it only costs time': [
      [
        'return Math.abs(one.length - other.length) <= allowed && distanceOf(one, other) <= allowed;',
        'return distanceOf(one, other) <= allowed;',
      ],
    ],
    'a cell behind the last one is not read': [
      [
        'let row = Array.from({ length: other.length + 1 }, (_, index) => index);',
        'let row = Array.from({ length: other.length + 2 }, (_, index) => index);',
      ],
      ['for (let to = 0; to < other.length; to += 1) {', 'for (let to = 0; to <= other.length; to += 1) {'],
    ],
    'a name is so long that the letters behind its first one make up for cells that were missing': [
      [
        'let row = Array.from({ length: other.length + 1 }, (_, index) => index);',
        'let row = Array.from({ length: other.length - 1 }, (_, index) => index);',
      ],
    ],
    [forTheTypes]: [
      [
        'const changed = (row[to] ?? 0) + (one[at] === other[to] ? 0 : 1);',
        'const changed = (row[to]) + (one[at] === other[to] ? 0 : 1);',
      ],
      [
        'const changed = (row[to] ?? 0) + (one[at] === other[to] ? 0 : 1);',
        'const changed = (row[to] ?? 1) + (one[at] === other[to] ? 0 : 1);',
      ],
      [
        'next.push(Math.min(changed, (row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1));',
        'next.push(Math.min(changed, (row[to + 1]) + 1, (next[to] ?? 0) + 1));',
      ],
      [
        'next.push(Math.min(changed, (row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1));',
        'next.push(Math.min(changed, (row[to + 1] ?? 1) + 1, (next[to] ?? 0) + 1));',
      ],
      [
        'next.push(Math.min(changed, (row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1));',
        'next.push(Math.min(changed, (row[to + 1] ?? 0) + 1, (next[to]) + 1));',
      ],
      [
        'next.push(Math.min(changed, (row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1));',
        'next.push(Math.min(changed, (row[to + 1] ?? 0) + 1, (next[to] ?? 1) + 1));',
      ],
      ['return row[other.length] ?? 0;', 'return row[other.length];'],
      ['return row[other.length] ?? 0;', 'return row[other.length] ?? 1;'],
    ],
  }),
  ...inFile('src/config/memory.ts', {
    'undefined is joined like an empty text': [
      [
        "const given = [environment['NODE_OPTIONS'] ?? '', ...process.execArgv].join(' ');",
        "const given = [environment['NODE_OPTIONS'], ...process.execArgv].join(' ');",
      ],
    ],
    'the first part alone is read, and every text has one': [
      [
        "const nameOf = (option: string): string => option.split('=', 1)[0] ?? option;",
        "const nameOf = (option: string): string => option.split('=', 1)[0];",
      ],
      [
        "const nameOf = (option: string): string => option.split('=', 1)[0] ?? option;",
        "const nameOf = (option: string): string => option.split('=', 2)[0] ?? option;",
      ],
    ],
  }),
];
