/** The variables that Argo CD 3.5.1 replaces in parameters, value file paths and Kustomize images. */
export type BuildEnvironment = Readonly<Record<string, string>>;

export interface BuildFacts {
  readonly name: string;
  readonly namespace: string;
  readonly project: string;
  readonly revision: string;
  readonly repository: string;
  readonly path: string;
  readonly targetRevision: string;
}

export function buildEnvironment(facts: BuildFacts): BuildEnvironment {
  return {
    ARGOCD_APP_NAME: facts.name,
    ARGOCD_APP_NAMESPACE: facts.namespace,
    ARGOCD_APP_PROJECT_NAME: facts.project,
    ARGOCD_APP_REVISION: facts.revision,
    ARGOCD_APP_REVISION_SHORT: facts.revision.slice(0, 7),
    ARGOCD_APP_REVISION_SHORT_8: facts.revision.slice(0, 8),
    ARGOCD_APP_SOURCE_REPO_URL: facts.repository,
    ARGOCD_APP_SOURCE_PATH: facts.path,
    ARGOCD_APP_SOURCE_TARGET_REVISION: facts.targetRevision,
  };
}

const special = /[*#$@!?\-0-9]/;

/**
 * Replaces `$NAME` and `${NAME}` as Go's `os.Expand` does: `$$` is a dollar sign, an unknown name is empty, and `$`
 * before anything that cannot be a name stays.
 */
export function expandVariables(text: string, variables: BuildEnvironment): string {
  let out = '';
  for (let at = 0; at < text.length; at++) {
    if (text.charAt(at) !== '$' || at + 1 >= text.length) {
      out += text.charAt(at);
      continue;
    }
    const rest = text.slice(at + 1);
    const braced = /^\{([^}]*)\}/.exec(rest);
    const name = braced?.[1] ?? /^[A-Za-z_][A-Za-z0-9_]*/.exec(rest)?.[0] ?? '';
    if (braced !== null) {
      out += valueOfVariable(name, variables);
      at += braced[0].length;
    } else if (name !== '') {
      out += valueOfVariable(name, variables);
      at += name.length;
    } else if (special.test(rest.charAt(0))) {
      out += valueOfVariable(rest.charAt(0), variables);
      at += 1;
    } else out += '$';
  }
  return out;
}

function valueOfVariable(name: string, variables: BuildEnvironment): string {
  if (name === '$') return '$';
  return Object.hasOwn(variables, name) ? (variables[name] ?? '') : '';
}
