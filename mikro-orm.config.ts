import { PGlite } from '@electric-sql/pglite';
import { defineConfig, MikroORM } from '@mikro-orm/pglite';
import { ormOptions } from './src/database/orm-options.ts';
import { entities } from './src/app/entities.ts';

// Read by `npm run migration:create` alone. It compares the entities with a database that exists in memory only and has
// all the migrations so far, so that what it writes is the difference.
const options = {
  ...(ormOptions(entities) as object),
  dbName: 'memory://',
  driverOptions: { pglite: await PGlite.create() },
};
const orm = await MikroORM.init(options);
await orm.migrator.up();
await orm.close();

export default defineConfig(options);
