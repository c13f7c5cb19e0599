import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/config.ts';
import { findMisspelt } from '../../src/config/misspelt.ts';
import { settingTable } from '../../src/config/setting-table.ts';

describe('The configuration', () => {
  test.each([
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['TRUSTED_PROXY', 'TRUSTED_PROXIES'],
    ['SALLYPORT_MASTER_KEY', 'MASTER_KEY'],
    ['master-key', 'MASTER_KEY'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['ACCESS_TOKEN_TTLS', 'ACCESS_TOKEN_TTL'],
    ['DATADIR', 'DATA_DIR'],
    ['SIMULATION_RESULT', 'SIMULATION_RESULTS'],
  ])('tells that nothing reads %s, and that the setting is called %s', (given, meant) => {
    expect(parseConfig({ [given]: 'x' }).misspelt).toEqual([{ given, meant }]);
  });

  test('takes no setting of another program for a misspelt one of its own', () => {
    const empty = [...Object.keys(settingTable), 'CORS_ORIGIN'].map((name) => [name, ' ']);
    const foreign =
      'PATH HOSTS PORTS HOSTNAME LOGNAME REDIS_PORT REDIS_HOST MAIL_HOST DATABASE_NAME POSTGRES_PASSWORD PREVIOUS_MASTER_KEY';
    const others = Object.fromEntries([...empty, ...foreign.split(' ').map((name) => [name, 'x'])]);
    expect(parseConfig(others).misspelt).toEqual([]);
  });
});

describe('What nothing reads', () => {
  test.each([
    ['SALLYPORT_ENABLE', 'ENABLE'],
    ['appurl', 'APP_URL'],
    ['LOG_LEVE', 'LOG_LEVEL'],
    ['XMASTER_KEY', 'MASTER_KEY'],
    ['MASTERR_KEY', 'MASTER_KEY'],
    ['MASTER_KEYX', 'MASTER_KEY'],
    ['REFRESH_GRC', 'REFRESH_GRACE'],
    ['REFRESH_GGRACEE', 'REFRESH_GRACE'],
    ['INTROSPECTOI', 'INTROSPECTION'],
  ])('is told as %s, which was meant for %s', (given, meant) => {
    expect(findMisspelt({ [given]: 'x' })).toEqual([{ given, meant }]);
  });

  test.each([
    'XENABLE',
    'NETWORKX',
    'NETWOR',
    'DATABSE_UL',
    'DTABASE_UR',
    'XY_TABASE_URL',
    'INTROSPECT',
    'MASTERKEY12',
  ])('is another matter as %s', (given) => {
    expect(findMisspelt({ [given]: 'x' })).toEqual([]);
  });

  test('is no setting, and nothing that is empty', () => {
    expect(findMisspelt(Object.fromEntries(Object.keys(settingTable).map((name) => [name, 'x'])))).toEqual([]);
    expect(findMisspelt({ CORS_ORIGIN: ' ', TRUSTED_PROXY: undefined })).toEqual([]);
  });
});
