import type { DocumentNode } from 'graphql';
import type { OperationPlan } from './plan-operation.ts';

/** The plans of a document, by the names under which its operations were asked for. */
type DocumentPlans = Map<string | null, OperationPlan>;

export interface PlanCache {
  readonly get: (document: DocumentNode, operationName: string | null) => OperationPlan | undefined;
  readonly set: (document: DocumentNode, operationName: string | null, plan: OperationPlan) => void;
  /** Counts a field that was planned, whenever that is. */
  readonly countField: () => void;
}

/**
 * Keeps plans as long as their documents are kept, and of those at most twice as many as have so many fields: callers
 * choose documents, and the values of conditions. What was used since half of that was planned survives.
 */
export function createPlanCache(maxFields: number): PlanCache {
  let young = new WeakMap<DocumentNode, DocumentPlans>();
  let old = new WeakMap<DocumentNode, DocumentPlans>();
  let fields = 0;

  function count(added: number): void {
    fields += added;
    if (fields <= maxFields) return;
    old = young;
    young = new WeakMap();
    fields = 0;
  }

  function find(document: DocumentNode): DocumentPlans | undefined {
    const known = young.get(document);
    if (known !== undefined) return known;
    const kept = old.get(document);
    if (kept === undefined) return undefined;
    young.set(document, kept);
    count(sizeOf(kept));
    return kept;
  }

  return {
    get: (document, operationName) => find(document)?.get(operationName),
    set(document, operationName, plan) {
      const plans: DocumentPlans = find(document) ?? new Map();
      young.set(document, plans.set(operationName, plan));
    },
    countField: () => count(1),
  };
}

function sizeOf(plans: DocumentPlans): number {
  const variants = [...plans.values()].flatMap((plan) => [...plan.variants.values()]);
  return variants.reduce((sum, { size }) => sum + size.fields, 0);
}
