// kubeconform with the schemas of tools/infra/data, and with strict ones for the resources that let unknown fields pass.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../run.mjs';
import { strictResource } from './strict-schema.mjs';

const data = fileURLToPath(new URL('data/', import.meta.url));
const json = (file) => JSON.parse(readFileSync(join(data, file), 'utf8'));

const custom = {
  Application: 'argoproj.io/v1alpha1',
  AppProject: 'argoproj.io/v1alpha1',
  ImageUpdater: 'argocd-image-updater.argoproj.io/v1alpha1',
  ExternalSecret: 'external-secrets.io/v1',
  SecretStore: 'external-secrets.io/v1',
  SealedSecret: 'bitnami.com/v1alpha1',
};

/** Writes the strict schemas into a folder, under the names that kubeconform makes of a kind and a group. */
function writeStrict(folder) {
  const like = json('kubernetes/namespace-v1.json');
  for (const [kind, apiVersion] of Object.entries(custom)) {
    const schema = strictResource(json(`crds/${kind.toLowerCase()}.schema.json`), { apiVersion, kind, like });
    writeFileSync(join(folder, `${kind.toLowerCase()}.json`), JSON.stringify(schema));
  }
}

/**
 * Holds resources against their schemas.
 *
 * @param {string} program kubeconform.
 * @param {readonly { file: string, value: object }[]} resources
 * @returns {Promise<string>} How many were looked at. Throws with every fault and its file; a kind whose schema is not
 *   here is a fault too.
 */
export async function conform(program, resources) {
  if (resources.length === 0) throw new Error('no resource to look at');
  const folder = mkdtempSync(join(tmpdir(), 'gitops-infra-'));
  try {
    const [schemas, files] = ['schemas', 'files'].map((name) => join(folder, name));
    mkdirSync(schemas);
    mkdirSync(files);
    writeStrict(schemas);
    resources.forEach(({ file, value }, index) => {
      writeFileSync(join(files, `${index}--${file.replaceAll('/', '--')}.json`), JSON.stringify(value));
    });
    const locations = [
      `${data}kubernetes/{{ .ResourceKind }}{{ .KindSuffix }}.json`,
      `${schemas}/{{ .ResourceKind }}.json`,
    ].flatMap((location) => ['-schema-location', location]);
    const failed = (error) => error.stdout || Promise.reject(error);
    const report = JSON.parse(
      await run(program, ['-strict', '-summary', '-output', 'json', ...locations, files]).catch(failed),
    );
    const faults = (report.resources ?? []).map((one) => describe(one, resources));
    const { valid, invalid, errors, skipped } = report.summary;
    if (faults.length > 0 || invalid + errors + skipped > 0) throw new Error(faults.join('\n'));
    if (valid !== resources.length) throw new Error(`${valid} of ${resources.length} resources were looked at`);
    return `${valid} resources`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describe({ filename, kind, name, msg, validationErrors }, resources) {
  const { file } = resources[Number(filename.split('/').at(-1).split('--')[0])];
  const details = validationErrors?.map((one) => `${one.path}: ${one.msg}`) ?? [];
  return `${file}: ${kind} ${name}: ${details.length > 0 ? details.join('; ') : msg}`;
}
