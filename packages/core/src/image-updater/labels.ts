/** A selector of Kubernetes: all requirements hold. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly LabelExpression[];
}

export interface LabelExpression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

const namePart = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const subdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/**
 * True where the labels satisfy the selector. No selector and an empty one match everything; one that Kubernetes refuses
 * (an unknown operator, `In` without values, `Exists` with some, an illegal key or value) matches nothing.
 */
export function labelsMatch(selector: LabelSelector | null, labels: Readonly<Record<string, string>>): boolean {
  if (selector === null) return true;
  const expressions = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, operator: 'In', values: [value] })),
    ...(selector.matchExpressions ?? []),
  ];
  return expressions.every(isValid) && expressions.every((one) => expressionHolds(one, labels));
}

function expressionHolds(
  { key, operator, values = [] }: LabelExpression,
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined;
  }
}

function isValid({ key, operator, values = [] }: LabelExpression): boolean {
  const needsValues = operator === 'In' || operator === 'NotIn';
  if (!needsValues && operator !== 'Exists' && operator !== 'DoesNotExist') return false;
  return isQualifiedName(key) && needsValues === values.length > 0 && values.every(isLabelValue);
}

/** A key of a label or an annotation: `[subdomain/]name`. */
export function isQualifiedName(key: string): boolean {
  const [first = '', second, ...more] = key.split('/');
  if (more.length > 0) return false;
  if (second !== undefined && (first.length > 253 || !subdomain.test(first))) return false;
  const name = second ?? first;
  return name.length <= 63 && namePart.test(name);
}

function isLabelValue(value: string): boolean {
  return value === '' || (value.length <= 63 && namePart.test(value));
}
