import { defineConfig } from '@mikro-orm/pglite';
import { ormOptions } from './src/database/open.ts';
import { entities } from './src/entities.ts';

// Read by `npm run migration:create` alone: it compares the entities with a database that exists in memory only.
export default defineConfig({ ...(ormOptions(entities) as object), dbName: 'memory://' });
