import { GraphQLError, type ASTVisitor, type ValidationContext } from 'graphql';

/** The beginning of a suggestion; it names fields, arguments, types and values that the caller was not shown. */
const suggestion = ' Did you mean ';

/**
 * Takes the suggestions out of what all validation rules report, those that run before it included. It reports nothing
 * itself. Without it, the text of a validation error tells what introspection hides.
 *
 * @example
 * validate(schema, document, [...specifiedRules, NoSuggestionsRule]);
 * new ApolloServer({ schema, validationRules: [NoSuggestionsRule] });
 */
export function NoSuggestionsRule(context: ValidationContext): ASTVisitor {
  const report = context.reportError.bind(context);
  context.reportError = (error) => {
    report(withoutSuggestions(error));
  };
  return {};
}

function withoutSuggestions(error: GraphQLError): GraphQLError {
  const { message, nodes = null, originalError = null, extensions } = error;
  // A suggestion ends its message. A pattern over the rest, which repeats what the client wrote, could take long.
  const start = message.endsWith('?') ? message.lastIndexOf(suggestion) : -1;
  if (start === -1) return error;
  return new GraphQLError(message.slice(0, start), { nodes, originalError, extensions });
}
