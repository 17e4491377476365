import type { CommandSpec } from './table.js';
import { verbs } from './verbs.js';

/** `gitops plan <verb> …`: each verb with what it asks for, and a file instead of a pull request. */
export const planCommand: CommandSpec = {
  name: 'plan',
  summary: 'plan here, apply there: write a plan down',
  about:
    'Plans and writes the plan down, for `gitops apply`. A plan holds no contents of files, and nothing that apply trusts.',
  examples: ['gitops plan promote dev prod --out plan.json', 'gitops plan freeze dev --reason QA --out -'],
  commands: verbs.map(
    (verb): CommandSpec => ({
      name: verb.name,
      summary: verb.summary,
      about: verb.about,
      ...(verb.arguments === undefined ? {} : { arguments: verb.arguments }),
      options: [
        ...verb.asks,
        { flags: '--out <file>', about: 'where the plan goes; - is standard output, and the default' },
        { flags: '--expires <date|duration>', about: 'when the plan is refused: 2026-11-27, 24h' },
      ],
      examples: [
        `gitops plan ${(verb.examples?.[0] ?? '').replace(/^gitops /, '').replace(' --merge', '')} --out plan.json`,
      ],
      load: async () => {
        const [{ planWith }, { requestOf }] = await Promise.all([import('./plan.js'), verb.load()]);
        return { run: planWith(requestOf) };
      },
    }),
  ),
};
