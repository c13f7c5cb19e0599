import { GraphQLError } from 'graphql';
import type { ASTVisitor, ValidationContext } from 'graphql';

/** "Did you mean …?" names fields, arguments, types and values that the caller was not shown. */
const SUGGESTION = / Did you mean [^?]*\?/g;

/**
 * A validation rule that finds nothing itself: it takes the suggestions out of what all other rules report, those that
 * run before it included. Add it to the rules of the host: `validate(schema, document, [...specifiedRules, it])`.
 */
export function NoSuggestionsRule(context: ValidationContext): ASTVisitor {
  const report = context.reportError.bind(context);
  context.reportError = (error) => {
    report(withoutSuggestions(error));
  };
  return {};
}

function withoutSuggestions(error: GraphQLError): GraphQLError {
  const message = error.message.replace(SUGGESTION, '');
  if (message === error.message) return error;
  const { nodes = null, originalError = null, extensions } = error;
  return new GraphQLError(message, { nodes, originalError, extensions });
}
