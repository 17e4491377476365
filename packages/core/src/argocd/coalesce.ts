import type { ChartDependency, ChartReading } from './chart.js';
import { isNull, type MapValue, mapOf, scalarAt, type Value, valueAt } from './value.js';

/** A chart with the values that its own templates see. */
export interface ScopedChart {
  readonly chart: ChartReading;
  /** What `.Chart.Name` prints: the alias of a dependency. */
  readonly name: string;
  readonly values: MapValue;
  /** The chart's own templates and those of all charts around it share their named templates. */
  readonly dependencies: readonly ScopedChart[];
  /** Keys of the values of dependencies that are not in this repository. */
  readonly missing: readonly string[];
}

/**
 * Gives a chart and the charts that it depends on their values, as Helm 4.2 coalesces them: values over the parent's
 * defaults over the chart's own; a null takes the default away; `global` is handed down. Disabled dependencies are left
 * out. The answer is a text where Helm refuses the values.
 */
export function coalesceValues(chart: ChartReading, values: MapValue): ScopedChart | string {
  const everything = toPrepared(chart, chart.name, (): boolean => true, []);
  const all = coalesce(everything, values, false);
  if (typeof all === 'string' || everything.dependencies.length === 0) return all;
  const enabled = toPrepared(chart, chart.name, (path, one) => isEnabled(all.values, path, one), []);
  const prepared = withHandedDefaults(enabled);
  return typeof prepared === 'string' ? prepared : coalesce(prepared, values, false);
}

/** A chart without the dependencies that are disabled, with the defaults that count. */
interface Prepared {
  readonly chart: ChartReading;
  readonly name: string;
  readonly defaults: MapValue;
  readonly dependencies: readonly Prepared[];
  readonly missing: readonly string[];
}

type Enabled = (path: readonly string[], dependency: ChartDependency) => boolean;

function toPrepared(chart: ChartReading, name: string, enabled: Enabled, path: readonly string[]): Prepared {
  const kept = chart.dependencies.filter((dependency) => enabled(path, dependency));
  return {
    chart,
    name,
    defaults: chart.values,
    dependencies: kept.flatMap((one) =>
      one.chart === null ? [] : [toPrepared(one.chart, one.name, enabled, [...path, one.name])],
    ),
    missing: kept.flatMap((one) => (one.chart === null ? [one.name] : [])),
  };
}

/**
 * Before Helm looks at the given values, the defaults of a chart that declares dependencies take in those of its
 * dependencies, nulls and handed-down globals included.
 */
function withHandedDefaults(chart: Prepared): Prepared | string {
  const dependencies: Prepared[] = [];
  for (const one of chart.dependencies) {
    const done = withHandedDefaults(one);
    if (typeof done === 'string') return done;
    dependencies.push(done);
  }
  const inner = { ...chart, dependencies };
  if (valueAt(chart.chart.metadata, ['dependencies'])?.type !== 'list') return inner;
  const merged = coalesce(inner, mapOf([]), true);
  return typeof merged === 'string' ? merged : { ...inner, defaults: merged.values };
}

function coalesce(prepared: Prepared, given: MapValue, keepNulls: boolean): ScopedChart | string {
  const { chart, name, missing } = prepared;
  const own = withDefaults(prepared, given, keepNulls);
  const entries = new Map(own.entries);
  const dependencies: ScopedChart[] = [];
  for (const dependency of prepared.dependencies) {
    const there = entries.get(dependency.name);
    if (there !== undefined && there.type !== 'map') return `the values of the chart "${dependency.name}" are no map`;
    const handed = withGlobals(there ?? mapOf([]), entries.get('global'));
    const scoped = coalesce(dependency, handed, keepNulls);
    if (typeof scoped === 'string') return scoped;
    dependencies.push(scoped);
    entries.set(dependency.name, scoped.values);
  }
  return { chart, name, values: { ...own, entries }, dependencies, missing };
}

function withDefaults({ defaults, dependencies }: Prepared, given: MapValue, keepNulls: boolean): MapValue {
  const entries = new Map(given.entries);
  for (const [key, fallback] of defaults.entries) {
    const there = entries.get(key);
    if (there === undefined) {
      if (keepNulls || !isNull(fallback)) entries.set(key, keepNulls ? fallback : withoutNulls(fallback));
    } else if (isNull(there)) {
      if (!keepNulls) entries.delete(key);
    } else if (there.type === 'map' && fallback.type === 'map') {
      // A dependency's values keep their nulls: they take away its own defaults later on.
      const keeps = keepNulls || dependencies.some((dependency) => dependency.name === key);
      entries.set(key, coalesceTables(there, keeps ? fallback : withoutNulls(fallback), keeps));
    }
  }
  return { ...given, entries };
}

function coalesceTables(over: MapValue, under: MapValue, keepNulls: boolean): MapValue {
  const entries = new Map(over.entries);
  for (const [key, fallback] of under.entries) {
    const there = entries.get(key);
    if (there === undefined) entries.set(key, fallback);
    else if (isNull(there)) {
      if (!keepNulls && !isNull(fallback)) entries.delete(key);
    } else if (there.type === 'map' && fallback.type === 'map')
      entries.set(key, coalesceTables(there, fallback, keepNulls));
  }
  return { ...over, entries };
}

function withoutNulls(value: Value): MapValue;
function withoutNulls(value: Value): Value;
function withoutNulls(value: Value): Value {
  if (value.type !== 'map') return value;
  const kept = [...value.entries].filter(([, item]) => !isNull(item));
  return { ...value, entries: new Map(kept.map(([key, item]) => [key, withoutNulls(item)])) };
}

function withGlobals(values: MapValue, globals: Value | undefined): MapValue {
  const own = values.entries.get('global');
  if (own !== undefined && own.type !== 'map') return values;
  if (globals !== undefined && globals.type !== 'map') return values;
  const entries = new Map(own?.entries ?? []);
  for (const [key, value] of globals?.entries ?? []) {
    const there = entries.get(key);
    if (value.type === 'map') {
      if (there === undefined) entries.set(key, value);
      else if (there.type === 'map') entries.set(key, coalesceTables(value, there, true));
    } else if (there?.type !== 'map') entries.set(key, value);
  }
  return { ...values, entries: new Map(values.entries).set('global', mapOf(entries)) };
}

/** The first path of a condition that leads to a boolean decides, else the tags. */
function isEnabled(all: MapValue, path: readonly string[], dependency: ChartDependency): boolean {
  for (const condition of dependency.condition.trim().split(',')) {
    if (condition === '') continue;
    const decided = scalarAt(all, [...path, ...condition.split('.')])?.value;
    if (typeof decided === 'boolean') return decided;
  }
  const flags = dependency.tags
    .map((tag) => valueAt(all, ['tags', tag]))
    .flatMap((tag) => (tag?.type === 'scalar' ? [tag.value] : []));
  return flags.includes(true) || !flags.includes(false);
}
