import { readMap } from './chart.js';
import type { ScopedChart } from './coalesce.js';
import { valuesOfString } from './helm.js';
import type { Origin } from './origin.js';
import { parseSet, type SetStep } from './set-syntax.js';
import type { HelmSettings } from './source.js';
import type { SourceContext } from './source-context.js';
import { type MapValue, type Value, valueAt } from './value.js';
import { resolveValueFiles } from './value-files.js';

/** A value that Argo CD would use but for an override, and which value it would set. */
export interface HiddenValue {
  readonly path: readonly SetStep[];
  readonly origin: Origin;
}

/**
 * The values of an Application that its override files replaced, and those of a `values` string that `valuesObject`
 * hides.
 *
 * @param before the settings as the Application has them.
 * @param after the settings with the override files.
 */
export function hiddenValues(
  before: HelmSettings | null,
  after: HelmSettings | null,
  context: SourceContext,
): readonly HiddenValue[] {
  if (before === null) return [];
  const hidden: HiddenValue[] = [];
  const kept = new Set(after?.parameters.map(({ value }) => keyOf(value.origin)));
  for (const { name, value } of before.parameters) {
    if (value.origin === null || kept.has(keyOf(value.origin))) continue;
    const parsed = parseSet(`${name.text}=x`);
    const path = typeof parsed === 'string' ? undefined : parsed[0]?.path;
    if (path !== undefined) hidden.push({ path, origin: value.origin });
  }
  if (
    before.values !== null &&
    (after?.valuesObject != null || keyOf(after?.values?.origin ?? null) !== keyOf(before.values.origin))
  ) {
    hidden.push(
      ...valuesOfString(before.values, context).match(
        (values) => leavesOf(values),
        () => [],
      ),
    );
  }
  const files = new Set(after?.valueFiles.map((file) => file.text));
  const dropped = before.valueFiles.filter((file) => !files.has(file.text));
  const quiet: SourceContext = { ...context, notes: [] };
  const paths =
    dropped.length === 0
      ? []
      : resolveValueFiles(dropped, true, quiet).match(
          (found) => found.paths,
          () => [],
        );
  for (const path of paths)
    hidden.push(
      ...readMap(context.cache, path, 'helm-value-file').match(
        (values) => leavesOf(values),
        () => [],
      ),
    );
  return hidden;
}

function keyOf(origin: Origin | null): string {
  return origin === null ? '' : `${origin.file.path}:${origin.start}`;
}

function leavesOf(value: Value, path: readonly SetStep[] = []): HiddenValue[] {
  if (value.type === 'map') return [...value.entries].flatMap(([key, item]) => leavesOf(item, [...path, key]));
  if (value.type === 'list') return value.items.flatMap((item, index) => leavesOf(item, [...path, index]));
  return value.origin === null ? [] : [{ path, origin: value.origin }];
}

/** The values with what lies below them remembered as hidden. */
export function hideIn(values: MapValue, hidden: readonly HiddenValue[]): MapValue {
  let result: Value = values;
  for (const { path, origin } of hidden)
    if (valueAt(result, path)?.type === 'scalar') result = hideAt(result, path, origin);
  return result.type === 'map' ? result : values;
}

/** As {@link hideIn}, in the values of a chart and of the charts that it depends on. */
export function hideInChart(chart: ScopedChart, hidden: readonly HiddenValue[]): ScopedChart {
  if (hidden.length === 0) return chart;
  const dependencies = chart.dependencies.map((dependency) =>
    hideInChart(
      dependency,
      hidden.flatMap(({ path, origin }) => (path[0] === dependency.name ? [{ path: path.slice(1), origin }] : [])),
    ),
  );
  return { ...chart, values: hideIn(chart.values, hidden), dependencies };
}

function hideAt(value: Value, path: readonly SetStep[], origin: Origin): Value {
  const [step, ...rest] = path;
  if (step === undefined)
    return value.type === 'scalar' && value.origin !== origin ? { ...value, hides: [...value.hides, origin] } : value;
  const there = valueAt(value, [step]);
  if (there === undefined) return value;
  const changed = hideAt(there, rest, origin);
  if (value.type === 'map') return { ...value, entries: new Map(value.entries).set(String(step), changed) };
  if (value.type === 'list')
    return { ...value, items: value.items.map((item, index) => (index === Number(step) ? changed : item)) };
  return value;
}
