import { attributes, html, type Html, type Part } from './html.ts';
import { alert } from './layout.ts';
import type { Form, ShownPage } from './page.ts';
import type { Refusal } from './refusal.ts';
import { texts } from './texts.ts';

/** A form that was sent, and is shown again. */
export interface Tried {
  readonly form: Form;
  /** Null if its sender was at a provider meanwhile, and can send it now. */
  readonly refusal: Refusal | null;
}

/** The status of a page that shows a form again. */
export const refusedWith = (tried: Tried | null): Pick<ShownPage, 'status' | 'retryAfterSeconds'> =>
  tried?.refusal == null ? {} : { status: tried.refusal.status, retryAfterSeconds: tried.refusal.retryAfterSeconds };

export interface TextField {
  readonly kind?: 'text' | 'email' | 'password' | 'code';
  readonly name: string;
  readonly label: string;
  readonly autocomplete: string;
  /** The value before the user types. */
  readonly value?: string | null | undefined;
  readonly hint?: string;
  readonly optional?: boolean;
  readonly minLength?: number;
}

export interface CheckField {
  readonly kind: 'check';
  readonly name: string;
  readonly label: string;
}

export interface ChoiceField {
  readonly kind: 'choice';
  readonly name: string;
  readonly label: string;
  readonly options: Readonly<Record<string, string>>;
  readonly value: string;
}

/** Several boxes to tick, each a field of its own: `name:option`. */
export interface ChecksField {
  readonly kind: 'checks';
  readonly name: string;
  readonly label: string;
  readonly options: readonly string[];
}

export type Field = TextField | CheckField | ChoiceField | ChecksField;

export interface FormParts {
  readonly action: string;
  /** Tells the fields of this form from those of others on the page. */
  readonly id: string;
  readonly fields: readonly Field[];
  readonly submit: Part;
  readonly style?: 'primary' | 'secondary' | 'danger' | 'quiet' | 'choice';
  readonly hidden?: Readonly<Record<string, string>>;
  /** The values that were sent, if it was this form. */
  readonly tried?: Tried | null;
  /** The field beside which a refusal belongs that names none, by its code. */
  readonly fieldOfCode?: Readonly<Record<string, string>>;
  /** Names the button, if its text alone does not tell which of several it is. */
  readonly submitLabel?: string;
  /** Stands below the fields and before the button. */
  readonly more?: Part;
  /** Attributes that the script reads. */
  readonly data?: Readonly<Record<string, string>>;
  /** True to put the cursor into the first field, or the one that was refused. */
  readonly focus?: boolean;
}

/** Writes a form: what was typed stays, but for passwords, and the reason of a refusal stands beside its field. */
export function form(parts: FormParts): Html {
  const { action, fields, hidden = {}, submit, style = 'primary', more, data = {}, submitLabel, tried = null } = parts;
  const problem = problemOf(parts);
  const focused = parts.focus === true || tried !== null ? (problem.field ?? fields[0]?.name) : undefined;
  return html`<form method="post" action="${action}" ${attributes(data)}>
    ${problem.field === undefined && problem.text !== undefined && alert(problem.text)}
    ${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    ${fields.map((one) => field(one, parts, focused, one.name === problem.field ? problem.text : undefined))} ${more}
    <button class="${style}" ${attributes({ 'aria-label': submitLabel })}>${submit}</button>
  </form>`;
}

/** The field that was refused, and the text to show; without a field the text stands above the form. */
function problemOf({ tried, fields, fieldOfCode = {} }: FormParts): { field?: string; text?: Part } {
  if (tried?.refusal == null) return {};
  const { code, field: named } = tried.refusal;
  const name = named ?? fieldOfCode[code];
  const text = reasonOf(tried.refusal);
  const refused = fields.find((one) => one.name === name);
  return refused === undefined ? { text } : { field: refused.name, text };
}

/** Says why something was refused, and what the user may do about it. */
export const reasonOf = ({ message, retryAfterSeconds, requestId }: Refusal): Part => [
  message,
  retryAfterSeconds !== undefined && ` ${texts.problem.wait(retryAfterSeconds)}`,
  requestId !== undefined && ` ${texts.problem.requestId(requestId)}`,
];

interface Shown {
  readonly id: string;
  readonly focused: string | undefined;
  readonly problem: Part;
  readonly error: Part;
  readonly sent: Form | undefined;
}

function field(one: Field, { id: formId, tried }: FormParts, focused: string | undefined, problem: Part): Html {
  const id = `${formId}-${one.name}`;
  const error = problem !== undefined && html`<p class="error" id="${id}-error">${problem}</p>`;
  const shown = { id, focused, problem, error, sent: tried?.form };
  if (one.kind === 'check') return checkBox(id, one.name, one.label, shown.sent);
  if (one.kind === 'choice') return choiceField(one, shown);
  return one.kind === 'checks' ? checksField(one, shown) : textField(one, shown);
}

const checkBox = (id: string, name: string, label: Part, sent: Form | undefined): Html =>
  html`<p class="check">
    <input type="checkbox" id="${id}" name="${name}" value="on" ${attributes({ checked: sent?.has(name) })} />
    <label for="${id}">${label}</label>
  </p>`;

function choiceField({ name, label, options, value: first }: ChoiceField, { id, error, sent }: Shown): Html {
  const chosen = sent?.get(name) ?? first;
  return html`<div class="field">
    <label for="${id}">${label}</label>
    <select id="${id}" name="${name}">
      ${Object.entries(options).map(
        ([value, text]) =>
          html`<option value="${value}" ${attributes({ selected: value === chosen })}>${text}</option>`,
      )}
    </select>
    ${error}
  </div>`;
}

function checksField({ name, label, options }: ChecksField, { id, problem, error, sent }: Shown): Html {
  const described = problem === undefined ? undefined : `${id}-error`;
  return html`<fieldset ${attributes({ 'aria-describedby': described })}>
    <legend>${label}</legend>
    ${error}
    <div class="checks">
      ${options.map((option) => checkBox(`${id}-${option}`, `${name}:${option}`, html`<code>${option}</code>`, sent))}
    </div>
  </fieldset>`;
}

function textField(one: TextField, { id, focused, problem, error, sent }: Shown): Html {
  const { name, label, kind = 'text', autocomplete, optional = false, hint, minLength } = one;
  const described = [problem === undefined ? [] : `${id}-error`, hint === undefined ? [] : `${id}-hint`].flat();
  const isSecret = kind === 'password';
  return html`<div class="field">
    <label for="${id}">${label}</label>
    <input
      ${attributes({
        id,
        name,
        type: kind === 'code' ? 'text' : kind,
        value: isSecret || kind === 'code' ? undefined : (sent?.get(name) ?? one.value ?? undefined),
        autocomplete,
        inputmode: autocomplete === 'one-time-code' ? 'numeric' : undefined,
        spellcheck: kind === 'text' ? undefined : 'false',
        autocapitalize: kind === 'text' ? undefined : 'none',
        required: !optional,
        minlength: minLength,
        autofocus: name === focused,
        'aria-invalid': problem === undefined ? undefined : 'true',
        'aria-describedby': described.length === 0 ? undefined : described.join(' '),
      })}
    />
    ${error} ${hint !== undefined && html`<p class="hint" id="${id}-hint">${hint}</p>`}
  </div>`;
}
