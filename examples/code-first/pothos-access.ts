// A plugin of Pothos that lets fields and types say who may use them: `t.field({ access: { roles: ['EDITOR'] } })`.

import SchemaBuilder, {
  BasePlugin,
  type FieldNullability,
  type InputFieldMap,
  type PothosInputFieldConfig,
  type PothosOutputFieldConfig,
  type PothosTypeConfig,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core';
import type { AccessRule } from 'sallyport/authorization';

declare global {
  // Pothos takes the options of plugins by merging into its namespace.
  // eslint-disable-next-line typescript/no-namespace
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      access: AccessPlugin<Types>;
    }
    interface UserSchemaTypes {
      /** The names of roles; without it any text is one. */
      AccessRole: string;
    }
    interface ExtendDefaultTypes<PartialTypes extends Partial<UserSchemaTypes>> {
      AccessRole: PartialTypes['AccessRole'] extends string ? PartialTypes['AccessRole'] : string;
    }
    interface FieldOptions<
      Types extends SchemaTypes,
      ParentShape,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveShape,
      ResolveReturnShape,
    > {
      access?: AccessRule<Types['AccessRole']>;
    }
    interface InputFieldOptions<Types extends SchemaTypes, Type, Req> {
      access?: AccessRule<Types['AccessRole']>;
    }
    interface BaseTypeOptions<Types extends SchemaTypes> {
      access?: AccessRule<Types['AccessRole']>;
    }
  }
}

/** Writes `access` into the extensions of the schema, where `guardSchema` reads it. */
export class AccessPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onTypeConfig(config: PothosTypeConfig): PothosTypeConfig {
    return withAccess(config);
  }

  override onOutputFieldConfig(config: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    return withAccess(config);
  }

  override onInputFieldConfig(config: PothosInputFieldConfig<Types>): PothosInputFieldConfig<Types> {
    return withAccess(config);
  }
}

interface Configured {
  readonly pothosOptions: { readonly access?: unknown };
  readonly extensions?: object | null | undefined;
}

const withAccess = <Config extends Configured>(config: Config): Config =>
  config.pothosOptions.access === undefined
    ? config
    : { ...config, extensions: { ...config.extensions, access: config.pothosOptions.access } };

SchemaBuilder.registerPlugin('access', AccessPlugin);
