// Secrets are fetched, never written down; what is fetched is what somebody reads.
const of = (resources, kind) => resources.filter((one) => one.value.kind === kind);
const repositoryLabel = 'argocd.argoproj.io/secret-type';

/** Faults of secrets, of how they are fetched, and of repositories that nothing gives access to. */
export function secretFaults(resources) {
  const stores = new Set(
    of(resources, 'SecretStore').map(({ value: { metadata } }) => `${metadata.namespace}/${metadata.name}`),
  );
  return [
    ...of(resources, 'Secret').map(({ file, value }) => `${file}: Secret ${value.metadata.name} stands in the tree`),
    ...of(resources, 'ExternalSecret').flatMap(({ file, value }) =>
      [...fetchFaults(value, stores)].map((fault) => `${file}: ${value.metadata.name}: ${fault}`),
    ),
    ...repositoryFaults(resources),
  ];
}

function* fetchFaults({ metadata, spec }, stores) {
  const { kind = 'SecretStore', name } = spec.secretStoreRef ?? {};
  if (kind === 'SecretStore' && !stores.has(`${metadata.namespace}/${name}`))
    yield `SecretStore ${name} does not exist in ${metadata.namespace}`;
  const fetched = (spec.data ?? []).map((one) => one.secretKey);
  for (const key of fetched.filter((one, index) => fetched.indexOf(one) !== index)) yield `${key} stands twice`;
  const template = spec.target?.template?.data;
  if (template === undefined) return;
  const used = Object.values(template).flatMap((text) =>
    [...text.matchAll(/\{\{-?\s*\.(\w+)/g)].map((match) => match[1]),
  );
  for (const key of used) if (!fetched.includes(key)) yield `the template uses ${key}, which is not fetched`;
  for (const key of fetched) if (!used.includes(key)) yield `${key} is fetched and not used`;
}

/** Every repository that Applications come from has credentials; Argo CD compares addresses without `.git`. */
function repositoryFaults(resources) {
  const same = (url) => url.replace(/\.git$/, '').toLowerCase();
  const templates = of(resources, 'ExternalSecret').map((one) => one.value.spec.target?.template);
  const known = templates
    .filter((one) => one?.metadata?.labels?.[repositoryLabel] === 'repository')
    .map((one) => same(one.data?.url ?? ''));
  const wanted = of(resources, 'Application')
    .filter((one) => !one.shown)
    .flatMap(({ file, value: { spec } }) =>
      (spec.sources ?? [spec.source ?? {}]).map(({ repoURL }) => ({ file, repoURL })),
    );
  return wanted
    .filter(({ repoURL }) => repoURL !== undefined && !known.includes(same(repoURL)))
    .map(({ file, repoURL }) => `${file}: no credentials for ${repoURL}`);
}
