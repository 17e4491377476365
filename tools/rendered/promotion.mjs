// Promotions of a repository, each held against what Helm and Kustomize render before and after.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { coreParts } from '../checkout.mjs';
import { differences, leavesOf, textOf, versionsNotRun } from './compare.mjs';
import { NotRendered, render } from './render.mjs';

const core = await coreParts({
  'fleet/read.ts': ['fleetOf', 'treeOf'],
  'promotion/plan-promotion.ts': ['planPromotion'],
  'argocd/value.ts': ['toPlain'],
});

async function inCopy(files, work) {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-rendered-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The Application of an environment, as Argo CD is given it. */
function applicationIn(fleet, environment, application) {
  const tree = core.treeOf(fleet).unwrapOr(null);
  const { instances } = tree.fleet.environments.find(({ name }) => name === environment);
  const manifest = tree.manifestOf(instances.find((one) => one.application === application));
  if (manifest === null) throw new NotRendered('its version stands in a file of versions');
  const { spec } = core.toPlain(manifest.manifest);
  return { name: manifest.name, file: manifest.file, destination: manifest.destinationNamespace, spec };
}

const instanceIn = (fleet, environment, application) =>
  fleet.environments.find(({ name }) => name === environment).instances.find((one) => one.application === application);

const placeOf = ({ file, pointer, inside }) => JSON.stringify([file, pointer, inside]);

const placesOf = (instance) => (instance?.images ?? []).flatMap(({ pins }) => pins.map(placeOf));

/** The application, and those of both environments whose version stands where its own does: they move together. */
function movedWith(fleet, from, to, application) {
  const shared = new Set(placesOf(instanceIn(fleet, from, application)));
  const ofIt = new Set(placesOf(instanceIn(fleet, to, application)).filter((place) => !shared.has(place)));
  const { instances } = fleet.environments.find(({ name }) => name === to);
  return instances
    .filter((one) => one.application === application || placesOf(one).some((place) => ofIt.has(place)))
    .map((one) => one.application)
    .filter((one) => one === application || instanceIn(fleet, from, one) !== undefined);
}

/** The fleet with other tags, or digests, in an environment, as its build would have written them; null: another has the same pin. */
function withMadeUpVersions(fleet, from, to, application) {
  const { snapshot } = fleet.places[0];
  const files = { ...snapshot.files };
  const images = instanceIn(fleet, from, application)?.images ?? [];
  const ofTarget = new Set(placesOf(instanceIn(fleet, to, application)));
  for (const { version, pins, what } of images) {
    const written = version?.tag ?? version?.digest ?? null;
    if (what !== undefined || written === null || pins.some((pin) => ofTarget.has(placeOf(pin)))) continue;
    const other = written === version.tag ? '9.9.9-made-up' : `sha256:${'9'.repeat(64)}`;
    for (const { file, at } of pins) {
      const lines = files[file].split('\n');
      const line = lines[at.line - 1];
      const index = line.indexOf(written, at.column - 1);
      if (index < 0) continue;
      lines[at.line - 1] = `${line.slice(0, index)}${other}${line.slice(index + written.length)}`;
      files[file] = lines.join('\n');
    }
  }
  const again = core.fleetOf({ ...snapshot, files });
  if (again.isErr()) return null;
  const versionsIn = (one, environment) =>
    instanceIn(one, environment, application)?.images.map((each) => each.version);
  const isSame = (environment) =>
    JSON.stringify(versionsIn(again.value, environment)) === JSON.stringify(versionsIn(fleet, environment));
  return isSame(to) && !isSame(from) ? again.value : null;
}

/** Any version may follow any other here. */
const anyVersion = [{ rule: 'downgrade', severity: 'warn', into: [], options: {} }];

/** Plans a promotion of one application, with those that have to move with it, and the snapshot after it. */
function plan(fleet, from, to, application) {
  const config = { ...fleet.config, rules: anyVersion };
  const selection = { applications: movedWith(fleet, from, to, application) };
  const asked = { from, to: [to], selection, now: '2000-01-01T00:00:00Z', by: 'rendered' };
  return core.planPromotion({ ...fleet, config }, asked).map(({ changes, versions }) => {
    const { snapshot } = fleet.places[0];
    const files = { ...snapshot.files };
    for (const { path, after } of changes.length === 1 ? changes[0].files : []) files[path] = after;
    return { changes, versions, snapshot: { ...snapshot, files } };
  });
}

/** Promotes one application by itself, and renders what the target runs before and after. */
async function promoted(tools, fleet, { from, to, application, isMadeUp = false }) {
  const planned = plan(fleet, from, to, application);
  if (planned.isErr()) return { verdict: 'refused', why: `${planned.error.kind}: ${planned.error.message}` };
  const { changes, snapshot } = planned.value;
  const versions = planned.value.versions.filter((one) => one.application === application);
  if (changes.length === 0) {
    const newer = isMadeUp ? null : withMadeUpVersions(fleet, from, to, application);
    if (newer === null) return { verdict: 'nothing to do', why: 'the versions are the same, and stand in one place' };
    const told = await promoted(tools, newer, { from, to, application, isMadeUp: true });
    return { ...told, why: `${told.why} (versions made up)` };
  }
  if (changes.length > 1) return { verdict: 'not rendered', why: 'it lives in several places' };
  const again = core.fleetOf(snapshot);
  if (again.isErr()) return { verdict: 'differs', why: `cannot be read afterwards: ${again.error.message}` };
  const second = plan(again.value, from, to, application);
  if (second.isErr() || second.value.changes.length > 0)
    return { verdict: 'differs', why: 'promoting again would change something' };
  const manifestsOf = async (one) =>
    leavesOf(
      await inCopy(one.places[0].snapshot.files, (folder) =>
        render(tools, folder, applicationIn(one, to, application)),
      ),
    );
  try {
    return compared(await manifestsOf(fleet), await manifestsOf(again.value), versions);
  } catch (error) {
    if (error instanceof NotRendered) return { verdict: 'not rendered', why: error.message };
    const lines = error.message.split('\n').slice(1, -1);
    return { verdict: 'not rendered', why: (lines.find((one) => /error/i.test(one)) ?? error.message).slice(0, 200) };
  }
}

function compared(before, after, versions) {
  const found = differences(before, after, versions);
  const lost = versionsNotRun(after, versions);
  if (found.others.length > 0) return { verdict: 'differs', why: found.others.slice(0, 3).join(' · ') };
  if (lost.length > 0)
    return {
      verdict: 'differs',
      why: `nothing runs ${lost.map((one) => `${one.image} ${textOf(one.to)}`).join(', ')}`,
    };
  const derived = found.derived > 0 ? `, checksums: ${found.derived}` : '';
  return { verdict: 'equal', why: `fields with a version: ${found.versions}${derived}` };
}

/**
 * Every promotion along the order of a repository's environments, application by application. Where nothing is to be
 * promoted, the source is given made-up ones first.
 *
 * @param {{ helm: { path: string }, kustomize: { path: string } }} tools
 * @param {object} snapshot Core's `Snapshot`.
 * @returns {Promise<{ verdict: 'equal' | 'differs' | 'not rendered' | 'refused' | 'nothing to do', from: string,
 *   to: string, application: string, why: string }[]>} equal: the target runs the promoted versions, no other field of
 *   its manifests differs, and promoting again changes nothing. Throws an Error where the repository cannot be read.
 */
export async function promotionsRendered(tools, snapshot) {
  const fleet = core.fleetOf(snapshot).match(
    (read) => read,
    (error) => {
      throw new Error(error.message);
    },
  );
  const all = fleet.environments.flatMap(({ name: to, from: sources, instances }) =>
    sources.flatMap((from) => instances.map(({ application }) => ({ from, to, application }))),
  );
  const told = [];
  for (const one of all) told.push({ ...one, ...(await promoted(tools, fleet, one)) });
  return told;
}
