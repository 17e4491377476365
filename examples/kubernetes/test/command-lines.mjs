// Every command line in the manifests, run by the packed command line on a fake GitHub, in the environment that the
// manifest gives it.
import { join } from 'node:path';
import { run } from '../../../tools/run.mjs';

/** Containers of CronJobs with what they read: `{ name, args, env, image }`. ConfigMaps and Secrets by their name. */
export function containersOf(documents) {
  const maps = new Map(
    documents.filter(({ kind }) => kind === 'ConfigMap').map((one) => [one.metadata.name, one.data]),
  );
  const secrets = new Map(
    documents
      .filter(({ kind }) => kind === 'ExternalSecret')
      .map(({ spec }) => [spec.target.name, spec.data.map(({ secretKey }) => secretKey)]),
  );
  const accounts = documents.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => metadata.name);
  return documents
    .filter(({ kind }) => kind === 'CronJob')
    .flatMap(({ metadata, spec }) => {
      const pod = spec.jobTemplate.spec.template.spec;
      if (!accounts.includes(pod.serviceAccountName)) throw new Error(`${metadata.name}: no such ServiceAccount`);
      const watched = spec.jobTemplate.spec.podFailurePolicy.rules.map(({ onExitCodes }) => onExitCodes?.containerName);
      return pod.containers.map((container) => {
        if (!watched.includes(container.name))
          throw new Error(`${metadata.name}: podFailurePolicy watches no ${container.name}`);
        const env = envOf(container, pod, { maps, secrets, name: metadata.name });
        return { name: metadata.name, args: container.args, image: container.image, env };
      });
    });
}

function envOf(container, pod, { maps, secrets, name }) {
  const env = {};
  for (const { configMapRef } of container.envFrom ?? []) {
    if (!maps.has(configMapRef.name)) throw new Error(`${name}: no ConfigMap ${configMapRef.name}`);
    Object.assign(env, maps.get(configMapRef.name));
  }
  for (const { name: variable, value } of container.env ?? []) env[variable] = value;
  const places = container.volumeMounts.map(({ name: volume, mountPath }) => {
    const from = pod.volumes.find((one) => one.name === volume);
    if (from === undefined) throw new Error(`${name}: no volume ${volume}`);
    if (from.secret === undefined) return [];
    const keys = secrets.get(from.secret.secretName);
    if (keys === undefined) throw new Error(`${name}: nothing makes the secret ${from.secret.secretName}`);
    return keys.map((key) => `${mountPath}/${key}`);
  });
  const file = env.GITHUB_APP_PRIVATE_KEY_FILE;
  if (!places.flat().includes(file)) throw new Error(`${name}: no volume has ${file}`);
  return env;
}

/** Runs one on the fake; variables that the manifest names wrongly would leave it without repository or identity. */
export async function runOn(fake, bin, { name, args, env }, keyFile) {
  const known = /^(GITOPS_REPO|GITOPS_PROVIDER|GITHUB_APP_ID|GITHUB_APP_PRIVATE_KEY_FILE)$/;
  const unknown = Object.keys(env).filter((one) => !known.test(one));
  if (unknown.length > 0) throw new Error(`${name}: ${unknown.join(', ')} means nothing to gitops`);
  const here = {
    GITOPS_REPO: (value) => value.replace('https://github.com', fake.webUrl),
    GITHUB_APP_ID: () => String(fake.app.id),
    GITHUB_APP_PRIVATE_KEY_FILE: () => keyFile,
  };
  const given = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, here[key]?.(value) ?? value]));
  const own = { PATH: process.env.PATH, GITOPS_NO_CACHE: 'true', NO_COLOR: '1', GITHUB_SERVER_URL: fake.webUrl };
  return run(join(bin, 'gitops'), args, { env: { ...own, ...given } });
}
