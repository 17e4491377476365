import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { application, type Files, gitops, makeRepository, temporaryFolder } from './repository.js';

/** What `gitops simulate --registry --output json` answers. */
export interface SimulateAnswer {
  readonly sources: readonly {
    readonly image: string;
    readonly registry: string | null;
    readonly tags: number;
    readonly cut: boolean;
    readonly problem: { readonly kind: string; readonly message: string; readonly remedy: string } | null;
  }[];
  readonly images: readonly {
    readonly application: string;
    readonly image: string;
    readonly decision: string;
    readonly digest: string | null;
    readonly tags: {
      readonly selected: string | null;
      readonly candidates: readonly string[];
      readonly refused: readonly { readonly tag: string; readonly why: string }[];
    } | null;
  }[];
  readonly error?: { readonly kind: string; readonly message: string; readonly remedy: string };
}

export interface UpdaterSettings {
  /** After the name: `:1.x` */
  readonly constraint?: string;
  readonly strategy?: string;
  readonly platforms?: string;
  readonly version?: string;
}

/** Applications of one environment, each with an image of that name at the registry, which Image Updater follows. */
export function registryRepository(
  host: string,
  applications: Readonly<Record<string, UpdaterSettings>> = { payments: {} },
): string {
  const prefix = 'argocd-image-updater.argoproj.io';
  const files: Record<string, string> = {};
  for (const [name, settings] of Object.entries(applications)) {
    const { constraint = ':1.x', strategy = 'semver', platforms, version = '1.8.2' } = settings;
    const image = `${host}/acme/${name}`;
    const annotations = [
      '  annotations:',
      `    ${prefix}/image-list: ${name}=${image}${constraint}`,
      `    ${prefix}/${name}.update-strategy: ${strategy}`,
      ...(platforms === undefined ? [] : [`    ${prefix}/${name}.platforms: ${platforms}`]),
      `    ${prefix}/${name}.helm.image-name: image.name`,
      `    ${prefix}/${name}.helm.image-tag: image.tag`,
      `    ${prefix}/write-back-method: git`,
      '',
    ].join('\n');
    files[`apps/dev/${name}/application.yaml`] = application(name, 'dev', version, { annotations, image });
  }
  return makeRepository(files as Files);
}

/** A folder for DOCKER_CONFIG. */
export function writeLogin(config: object | string): string {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  return folder;
}

/** `auths` of a registry, as `docker login` writes it. */
export function loginTo(host: string, login = 'ana:s3cret-password'): object {
  return { auths: { [host]: { auth: Buffer.from(login).toString('base64') } } };
}

export async function runSimulate(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ exitCode: number; out: string; err: string; answer: SimulateAnswer }> {
  const ran = await gitops(folder, ['simulate', '--registry', ...args, '--output', 'json'], {
    env,
    now: '2026-11-26T12:00:00Z',
  });
  return { ...ran, answer: JSON.parse(ran.out) as SimulateAnswer };
}
