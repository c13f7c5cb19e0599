import type { Ask } from '../ask.ts';
import type { Tried } from '../form.ts';
import type { Html } from '../html.ts';
import type { Form, Redirect, ShownPage, Visit } from '../page.ts';
import type { Site } from '../site.ts';
import type { texts } from '../texts.ts';

export type SectionName = keyof typeof texts.account.sections;
export type DoneName = keyof typeof texts.account.done;

/** The answer of an action: a notice of what was done, something to show this once, or where to go. */
export type Outcome =
  { readonly done: DoneName } | Pick<ShownPage, 'title' | 'main' | 'width' | 'refreshTo'> | Redirect;

/** Does what one form of a section asks for. @throws Refusal */
export type Action = (visit: ActionVisit) => Promise<Outcome>;

export interface ActionVisit extends Visit {
  readonly form: Form;
}

export interface SectionView {
  readonly site: Site;
  /** Where the forms of the section go. */
  readonly action: string;
  /**
   * Returns what was sent, if it was the form of this action and, if there are several, of this row. It is asked for
   * forms that are shown alone: the reason of a refusal that no form shows stands at the head of the section.
   */
  readonly triedOf: (action: string, id?: string) => Tried | null;
}

/** One part of the account, at a path of its own. */
export interface Section<Data> {
  readonly name: SectionName;
  readonly path: string;
  readonly load: (ask: Ask) => Promise<{ readonly data: Data; readonly id: string; readonly email: string }>;
  readonly show: (data: Data, view: SectionView) => Html;
  readonly actions: Readonly<Record<string, Action>>;
}
