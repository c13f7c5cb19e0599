/** A paragraph of plain text, or a link that stands on a line of its own. */
export type MailPart = string | { readonly label: string; readonly url: string };

/** A mail as features write it, without markup; `render.ts` makes its text and its HTML. */
export interface Mail {
  /** The sort of mail, for the log; nothing of its content. */
  readonly kind: string;
  readonly to: string;
  /** Constant text: nothing that a user wrote goes into a header. */
  readonly subject: string;
  readonly parts: readonly MailPart[];
}
