import { unknownCondition, type Condition } from './condition.ts';
import { isDate, isPlainObject } from './value.ts';

/** Writes a condition in words, for explanations and the access matrix. */
export function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'everyone':
    case 'nobody':
      return condition.kind;
    case 'authenticated':
      return 'signed in';
    case 'role':
      return `role ${condition.roles.join(' or ')}`;
    case 'scope':
      return `scope ${condition.scope}`;
    case 'is':
      return 'filter' in condition ? `is ${valueText(condition.filter)}` : 'a filter for this principal';
    case 'owner':
      return `owner ${condition.property}`;
    case 'related':
      return `${condition.action} of ${condition.property}`;
    case 'some':
      return `some of ${condition.property}: ${conditionText(condition.condition)}`;
    case 'anyOf':
      return `any of (${condition.conditions.map(conditionText).join('; ')})`;
    case 'allOf':
      return `all of (${condition.conditions.map(conditionText).join('; ')})`;
    default:
      return unknownCondition(condition);
  }
}

function valueText(value: unknown): string {
  if (isDate(value)) return value.toISOString();
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (!isPlainObject(value)) return typeof value === 'string' ? JSON.stringify(value) : String(value);
  const entries = Object.entries(value).map(([key, item]) => `${key}: ${valueText(item)}`);
  return `{ ${entries.join(', ')} }`;
}
