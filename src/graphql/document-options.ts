import { maxTokens } from '../request/document-limits.ts';

/** The options by which documents are parsed, by whatever way they come. */
export const parseOptions = { maxTokens };

/** The options by which documents are validated: no error suggests a name that the caller was not shown. */
export const validationOptions = { maxErrors: 100, hideSuggestions: true };
