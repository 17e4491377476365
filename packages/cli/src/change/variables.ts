import { type Config, problem } from '@gitops/core';
import { fail, usage } from '../failure.js';
import { secretName } from '../output/redact.js';

/**
 * The variables that `gitops.yaml` names in titles, trailers and labels (`{env.TICKET}`), from the environment. Only
 * what it names, and nothing that looks like a secret: whoever may change the file must not be able to publish one.
 */
export function variablesOf(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const templates = JSON.stringify([config.commit, config.pullRequest, config.pullRequestFor]);
  const variables: Record<string, string> = {};
  for (const [, name = ''] of templates.matchAll(/\{env\.([A-Za-z_][A-Za-z0-9_]*)\}/g)) {
    if (secretName.test(name)) {
      return fail(
        problem(
          'config-invalid',
          `${config.file ?? 'gitops.yaml'} would publish the variable ${name}, which is named like a secret.`,
          `Take {env.${name}} out of it.`,
        ),
      );
    }
    const value = env[name];
    if (value === undefined || value === '') {
      return usage(
        `${config.file ?? 'gitops.yaml'} uses {env.${name}}, and the variable ${name} is not set.`,
        `Set ${name} for this command.`,
      );
    }
    variables[`env.${name}`] = value;
  }
  return variables;
}
