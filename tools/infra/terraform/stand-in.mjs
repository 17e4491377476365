// Terraform's own validate and plan, with providers that stand in for the real ones (stand-in/main.go).
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../run.mjs';

const source = fileURLToPath(new URL('stand-in', import.meta.url));
const data = fileURLToPath(new URL('../data/terraform-providers.json', import.meta.url));
const sources = ['go.mod', 'go.sum', 'main.go', 'provider.go', 'schema.go'];

const environment = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-trimpath -mod=readonly' };

/** Why the provider cannot be built here; nothing if it can. */
export async function standInMissing() {
  try {
    await run('go', ['mod', 'download'], { cwd: source, env: environment });
  } catch (error) {
    return error.message.trim().split('\n').slice(0, 3).join(' | ').slice(0, 300);
  }
}

/** Builds the provider, once for each of its versions; gives the folder of its programs. */
export async function standInProviders(names) {
  const hash = createHash('sha256').update(names.join());
  for (const name of sources) hash.update(readFileSync(join(source, name)));
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'gitops-toolkit', 'tools');
  const place = join(cache, `stand-in-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(place)) return place;
  const making = `${place}.${process.pid}`;
  try {
    mkdirSync(making, { recursive: true });
    const program = join(making, 'stand-in');
    await run('go', ['build', '-ldflags=-s -w', '-o', program, '.'], { cwd: source, env: environment });
    for (const name of names) copyFileSync(program, join(making, `terraform-provider-${name}`));
    rmSync(program);
    renameSync(making, place);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(place)) throw error; // another run was faster
  }
  return place;
}

/**
 * Validates and plans each folder in which Terraform is run, with the values of its example, in a copy without the
 * backend. Gives how many resources each would make.
 */
export async function planAll(terraform, providers, infra, folders, names) {
  const copy = mkdtempSync(join(tmpdir(), 'gitops-terraform-'));
  try {
    const skipped = /(^|[/\\])(\.terraform|terraform\.tfvars|terraform\.tfstate.*)$/;
    cpSync(infra, join(copy, 'infra'), { recursive: true, filter: (path) => !skipped.test(path) });
    const overrides = names.map((name) => `    "hashicorp/${name}" = ${JSON.stringify(providers)}\n`).join('');
    const config = join(copy, 'terraformrc');
    writeFileSync(config, `provider_installation {\n  dev_overrides {\n${overrides}  }\n  direct {}\n}\n`);
    const env = { ...process.env, TF_CLI_CONFIG_FILE: config, STAND_IN_DATA: data, CHECKPOINT_DISABLE: '1' };
    const planned = [];
    for (const folder of folders) {
      const cwd = join(copy, 'infra/terraform', folder);
      const versions = join(cwd, 'versions.tf');
      writeFileSync(versions, readFileSync(versions, 'utf8').replace(/^ {2}backend "s3" \{\n.*?^ {2}\}\n/ms, ''));
      await run(terraform, ['get'], { cwd, env });
      await run(terraform, ['validate', '-no-color'], { cwd, env });
      const values = ['-input=false', '-lock=false', '-no-color', '-var-file=terraform.tfvars.example'];
      const text = await run(terraform, ['plan', ...values], { cwd, env });
      const [, count] = /Plan: (\d+) to add, 0 to change, 0 to destroy/.exec(text) ?? [];
      if (count === undefined) throw new Error(`${folder}: nothing is planned\n${text}`);
      planned.push(`${basename(folder)} ${count}`);
    }
    return `would make ${planned.join(', ')}`;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
