// Words that the schemas take as any text, and that the cluster or Argo CD passes over where they are misspelt.

const syncOptions = new Set([
  'ApplyOutOfSyncOnly',
  'ClientSideApplyMigration',
  'CreateNamespace',
  'Delete',
  'FailOnSharedResource',
  'Force',
  'Prune',
  'PruneLast',
  'PrunePropagationPolicy',
  'Replace',
  'RespectIgnoreDifferences',
  'ServerSideApply',
  'SkipDryRunOnMissingResource',
  'Validate',
]);
const finalizers = ['', '/foreground', '/background'].map((how) => `resources-finalizer.argocd.argoproj.io${how}`);
const podSecurity = /^(privileged|baseline|restricted)$/;
const podSecurityLabel = /^pod-security\.kubernetes\.io\/(enforce|audit|warn)$/;

/** What Argo CD reads in the secret of a repository. */
const repositoryKeys = new Set([
  'bearerToken',
  'enableLfs',
  'enableOCI',
  'forceHttpBasicAuth',
  'gcpServiceAccountKey',
  'githubAppEnterpriseBaseUrl',
  'githubAppID',
  'githubAppInstallationID',
  'githubAppPrivateKey',
  'insecure',
  'name',
  'noProxy',
  'password',
  'project',
  'proxy',
  'sshPrivateKey',
  'tlsClientCertData',
  'tlsClientCertKey',
  'type',
  'url',
  'username',
]);
const repositoryLabel = 'argocd.argoproj.io/secret-type';

/** Faults of single words, with the file of each. */
export function wordFaults(resources) {
  return resources.flatMap(({ file, value, shown }) => {
    const { kind, metadata } = value;
    const rules = { Application: applicationFaults, Namespace: namespaceFaults };
    const faults = [
      ...(rules[kind]?.(value, file, shown) ?? []),
      ...(kind === 'ExternalSecret' || kind === 'SealedSecret' ? repositoryFaults(value) : []),
    ];
    return faults.map((fault) => `${file}: ${kind} ${metadata.name}: ${fault}`);
  });
}

function* applicationFaults({ metadata, spec }, file, shown) {
  for (const option of spec.syncPolicy?.syncOptions ?? []) {
    const [name, word, ...rest] = option.split('=');
    if (!syncOptions.has(name) || !word || rest.length > 0) yield `sync option ${option} is unknown`;
  }
  for (const name of metadata.finalizers ?? []) if (!finalizers.includes(name)) yield `finalizer ${name} is unknown`;
  // notifications and people choose by this label
  const folder = /^apps\/([^/]+)\//.exec(file)?.[1];
  const { environment } = metadata.labels ?? {};
  if (folder !== undefined && !shown && environment !== folder)
    yield `label environment is ${environment}, and the folder is ${folder}`;
}

function* namespaceFaults({ metadata }) {
  const labels = Object.entries(metadata.labels ?? {}).filter(([name]) => name.startsWith('pod-security.'));
  for (const [name, word] of labels) {
    if (/-version$/.test(name)) continue;
    if (!podSecurityLabel.test(name) || !podSecurity.test(word)) yield `${name}: ${word} is no level of Pod Security`;
  }
  if (metadata.labels?.['pod-security.kubernetes.io/enforce'] !== 'restricted')
    yield 'does not enforce Pod Security restricted';
}

function* repositoryFaults({ kind, spec }) {
  const template = kind === 'ExternalSecret' ? spec.target?.template : spec.template;
  const type = template?.metadata?.labels?.[repositoryLabel];
  if (type !== 'repository' && type !== 'repo-creds') return;
  const keys = Object.keys((kind === 'ExternalSecret' ? template.data : spec.encryptedData) ?? {});
  for (const key of keys) if (!repositoryKeys.has(key)) yield `Argo CD knows no ${key} of a repository`;
  if (!keys.includes('url')) yield 'says no url';
  const app = ['githubAppID', 'githubAppInstallationID', 'githubAppPrivateKey'];
  const missing = app.filter((key) => !keys.includes(key));
  if (missing.length > 0 && missing.length < app.length) yield `a GitHub App needs ${missing.join(' and ')} too`;
}

/** Files of Applications that no app of apps, or more than one, brings to the cluster. */
export function rootFaults(resources) {
  const applications = resources.filter((one) => !one.shown && one.value.kind === 'Application');
  const roots = applications.filter((one) => one.value.spec.source?.directory !== undefined);
  return applications
    .filter((one) => one.file.startsWith('apps/'))
    .flatMap(({ file }) => {
      const by = roots.filter((one) => `infra/${file}`.startsWith(`${one.value.spec.source.path}/`));
      if (by.length === 1) return [];
      const names = by.map((one) => one.value.metadata.name).join(' and ');
      return [`${file}: ${by.length === 0 ? 'no app of apps reads it' : `${names} both make it`}`];
    });
}
