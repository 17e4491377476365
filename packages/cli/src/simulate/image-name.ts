import { err, type GitOpsError, ok, parseDockerReference, problem, type Result } from '@gitops/core';

/** Where the tags of an image are listed. */
export interface RegistryImage {
  /** `https://ghcr.io`; plain HTTP for this machine only. */
  readonly origin: string;
  /** Host and port as people and docker's configuration name it: `ghcr.io`, `docker.io`, `localhost:5000`. */
  readonly registry: string;
  /** `acme/payments`; `library/nginx` for a bare `nginx`. */
  readonly repository: string;
}

/** What Docker Hub is called in names of images, and the host that serves them. */
export const dockerHub = { name: 'docker.io', host: 'registry-1.docker.io', tokens: 'auth.docker.io' };

/**
 * The registry and repository of an image, by the grammar of distribution/reference: a name whose first part is no host
 * is one of Docker Hub. Fails with `image-reference-invalid` for what no registry could hold.
 */
export function registryImage(image: string): Result<RegistryImage, GitOpsError> {
  const parsed = parseDockerReference(image);
  const host = parsed?.domain === dockerHub.name ? dockerHub.host : parsed?.domain.toLowerCase();
  if (parsed === null || host === undefined || !URL.canParse(`https://${host}/`)) {
    return err(
      problem(
        'image-reference-invalid',
        `${JSON.stringify(image)} is no name of an image, so no registry can be asked for it.`,
        'Write it as host/repository, in small letters: ghcr.io/acme/payments.',
        { details: { reference: image } },
      ),
    );
  }
  const secure = new URL(`https://${host}/`);
  const origin = isOwnMachine(secure) ? new URL(`http://${host}/`).origin : secure.origin;
  return ok({ origin, registry: parsed.domain.toLowerCase(), repository: parsed.path });
}

/** True for this machine's own addresses, where nobody in between can listen. */
export function isOwnMachine({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** For people: the host that is asked, and the repository. */
export function describeRegistryImage({ origin, repository }: RegistryImage): string {
  return `${new URL(origin).host}/${repository}`;
}
