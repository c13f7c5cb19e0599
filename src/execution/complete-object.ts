import { GraphQLError, type FieldNode, type GraphQLObjectType } from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { fieldPathOf } from './execution.ts';
import { infoOf, type Complete, type FieldPlace, type SelectionPlan } from './plan.ts';
import { isPromise } from './promises.ts';
import { runSelection } from './run-selection.ts';

/** Plans what is selected on an object of a concrete type, below the given fields. */
export type SelectionOf = (type: GraphQLObjectType, nodes: readonly FieldNode[]) => SelectionPlan;

/** Answers the selected fields of an object. What is selected is planned when the first object is there. */
export function completeObject(place: FieldPlace, type: GraphQLObjectType, selectionOf: SelectionOf): Complete {
  let selection: SelectionPlan | undefined;
  return (execution, path, value, info) => {
    const selected = (selection ??= selectionOf(type, place.nodes));
    if (!type.isTypeOf) return runSelection(execution, selected, value, path);
    const known = info ?? infoOf(execution, place, fieldPathOf(path));
    const run = (isOfType: unknown) => {
      if (isOfType) return runSelection(execution, selected, value, path);
      throw wrongType(type, value, place.nodes);
    };
    const isOfType = type.isTypeOf(value, execution.contextValue, known);
    return isPromise(isOfType) ? isOfType.then(run) : run(isOfType);
  };
}

function wrongType(type: GraphQLObjectType, value: unknown, nodes: readonly FieldNode[]): GraphQLError {
  return new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(value)}.`, { nodes });
}
