// Inputs and outputs of the actions that our workflows use, each at its commit. actionlint knows those of a version that is
// named, and passes over an action that is pinned to a commit. The names are those of each action's own action.yml.

const known = {
  'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1': {
    version: 'v7.0.1',
    inputs:
      'repository ref token ssh-key ssh-known-hosts ssh-strict ssh-user persist-credentials path clean filter sparse-checkout sparse-checkout-cone-mode fetch-depth fetch-tags show-progress lfs submodules set-safe-directory github-server-url allow-unsafe-pr-checkout',
    outputs: 'ref commit',
  },
  'actions/setup-node@820762786026740c76f36085b0efc47a31fe5020': {
    version: 'v7.0.0',
    inputs:
      'node-version node-version-file architecture check-latest registry-url scope token cache package-manager-cache cache-dependency-path mirror mirror-token',
    outputs: 'cache-hit cache-primary-key cache-matched-key node-version',
  },
  'actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f': {
    version: 'v7.0.0',
    inputs: 'name path if-no-files-found retention-days compression-level overwrite include-hidden-files archive',
    outputs: 'artifact-id artifact-url artifact-digest',
  },
  'actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c': {
    version: 'v8.0.1',
    inputs:
      'name artifact-ids path pattern merge-multiple github-token repository run-id skip-decompress digest-mismatch',
    outputs: 'download-path',
  },
  'github/codeql-action/upload-sarif@9e907b5e64f6b83e7804b09294d44122997950d6': {
    version: 'v4.32.3',
    inputs: 'sarif_file checkout_path ref sha token matrix category wait-for-processing',
    outputs: 'sarif-id sarif-ids',
  },
  'docker/setup-buildx-action@37fe631027851001ddb9b187196cc803df7f5f0e': {
    version: 'v4.3.0',
    inputs:
      'version driver driver-opts buildkitd-flags buildkitd-config buildkitd-config-inline use name endpoint platforms append keep-state cache-binary cleanup',
    outputs: 'name driver platforms nodes endpoint status flags',
  },
  'docker/login-action@4907a6ddec9925e35a0a9e82d7399ccc52663121': {
    version: 'v4.1.0',
    inputs: 'registry username password ecr scope logout registry-auth',
    outputs: '',
  },
  'docker/metadata-action@dc802804100637a589fabce1cb79ff13a1411302': {
    version: 'v6.2.0',
    inputs:
      'context images tags flavor labels annotations sep-tags sep-labels sep-annotations bake-target github-token',
    outputs:
      'version tags tag-names labels annotations json bake-file-tags bake-file-labels bake-file-annotations bake-file',
  },
  'docker/build-push-action@53b7df96c91f9c12dcc8a07bcb9ccacbed38856a': {
    version: 'v7.3.0',
    inputs:
      'add-hosts allow annotations attests build-args build-contexts builder cache-from cache-to call cgroup-parent context file labels load network no-cache no-cache-filters outputs platforms provenance pull push sbom secrets secret-envs secret-files shm-size ssh tags target ulimit github-token',
    outputs: 'imageid digest metadata',
  },
  'sigstore/cosign-installer@6f9f17788090df1f26f669e9d70d6ae9567deba6': {
    version: 'v4.1.2',
    inputs: 'cosign-release install-dir use-sudo',
    outputs: '',
  },
};

const words = (text) => text.split(' ').filter(Boolean);

/** What steps give to actions that they do not take, and take from them that they do not give. */
export function actionFaults(workflow, text) {
  const faults = [];
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const outputs = new Map();
    for (const step of job.steps ?? []) {
      if (step.id !== undefined) outputs.set(step.id, null); // of a script: whatever it writes
      if (step.uses === undefined || step.uses.startsWith('./')) continue;
      const action = known[step.uses];
      if (action === undefined) {
        faults.push(`${name}: ${step.uses} is not in tools/action-inputs.mjs`);
        continue;
      }
      if (!text.includes(`${step.uses} # ${action.version}\n`))
        faults.push(`${name}: ${step.uses} is ${action.version}`);
      for (const input of Object.keys(step.with ?? {})) {
        if (!words(action.inputs).includes(input)) faults.push(`${name}: ${step.uses} has no input ${input}`);
      }
      if (step.id !== undefined) outputs.set(step.id, words(action.outputs));
    }
    for (const [, id, output] of JSON.stringify(job).matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
      const given = outputs.get(id);
      if (given === undefined || (given !== null && !given.includes(output)))
        faults.push(`${name}: no step ${id} has an output ${output}`);
    }
  }
  return faults;
}
