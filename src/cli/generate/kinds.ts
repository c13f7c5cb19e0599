import type { Field, FieldKind } from './fields.ts';

/** A kind of field: its form in the SDL, in the entity, in the table, in the service and in the test. */
export interface Kind {
  readonly graphql: (field: Field) => string;
  /** The property of the entity. */
  readonly property: (field: Field) => string;
  readonly column: (field: Field) => string;
  /** The value that the service writes, of an expression for what the client sent. */
  readonly checked: (field: Field, value: string) => string;
  /** Two values of a JSON input, the second for a change. */
  readonly samples: (field: Field) => readonly [string, string];
}

const sampleText = ({ range }: Field, letter: string): string => `'${letter.repeat(Math.max(1, range?.min ?? 1))}'`;
const sampleNumbers = ({ range }: Field): readonly [string, string] => [
  String(range?.min ?? 1),
  String(range?.max ?? 2),
];

const digits = (number: number): string => String(number).replaceAll(/\B(?=(\d{3})+$)/g, '_');

const text = ({ name, range }: Field, value: string): string =>
  `requireText('input.${name}', ${value}, ${digits(range?.max ?? 0)}${range?.min === 1 ? '' : `, ${digits(range?.min ?? 0)}`})`;
const number = ({ name, range }: Field, value: string): string =>
  range === null ? value : `requireNumber('input.${name}', ${value}, ${digits(range.min)}, ${digits(range.max)})`;
const asIs = (_: Field, value: string): string => value;

const enumLength = ({ values }: Field): number => Math.max(16, ...values.map((value) => value.length));

export const kinds: Readonly<Record<Exclude<FieldKind, 'reference'>, Kind>> = {
  string: {
    graphql: () => 'String',
    property: ({ range }) => `p.string().length(${range?.max ?? 0})`,
    column: ({ range }) => `varchar(${range?.max ?? 0})`,
    checked: text,
    samples: (field) => [sampleText(field, 'a'), sampleText(field, 'b')],
  },
  text: {
    graphql: () => 'String',
    property: () => 'p.text()',
    column: () => 'text',
    checked: text,
    samples: (field) => [sampleText(field, 'a'), sampleText(field, 'b')],
  },
  int: {
    graphql: () => 'Int',
    property: () => 'p.integer()',
    column: () => 'int',
    checked: number,
    samples: sampleNumbers,
  },
  float: {
    graphql: () => 'Float',
    property: () => 'p.double().$type<number>()',
    column: () => 'double precision',
    checked: number,
    samples: sampleNumbers,
  },
  boolean: {
    graphql: () => 'Boolean',
    property: () => 'p.boolean()',
    column: () => 'boolean',
    checked: asIs,
    samples: () => ['false', 'true'],
  },
  datetime: {
    graphql: () => 'DateTime',
    property: () => 'p.datetime(3)',
    column: () => 'timestamptz(3)',
    checked: asIs,
    samples: () => ["'2030-01-31T12:00:00.000Z'", "'2030-02-28T12:00:00.000Z'"],
  },
  enum: {
    graphql: ({ enumType }) => enumType,
    property: (field) => `p.string().length(${enumLength(field)}).$type<${field.enumType}>()`,
    column: (field) => `varchar(${enumLength(field)})`,
    checked: asIs,
    samples: ({ values }) => [`'${values[0]}'`, `'${values.at(-1)}'`],
  },
};
