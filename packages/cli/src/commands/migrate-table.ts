import type { CommandSpec } from './table.js';
import { changeOptions } from './verbs.js';

/** `gitops migrate image-updater`. */
export const migrateCommand: CommandSpec = {
  name: 'migrate',
  summary: 'from one way of configuring to another',
  about: 'Carries configuration over, through a pull request, and checks that it decides the same afterwards.',
  examples: ['gitops migrate image-updater --dry-run'],
  commands: [
    {
      name: 'image-updater',
      summary: 'from annotations to ImageUpdater resources',
      about:
        'Writes what the annotations of Argo CD Image Updater say as ImageUpdater resources, one for each environment, and takes the annotations out. Both configurations are compared over generated lists of tags: nothing is written unless they decide the same. What cannot be carried over is told, and stays as it is. Merge it when Image Updater 1 is installed.',
      arguments: [{ name: '[environments...]', about: 'only these environments; a group stands for its members' }],
      options: [
        { flags: '--app <names>', about: 'only these applications', list: true },
        { flags: '--except <names>', about: 'all but these applications', list: true },
        {
          flags: '--from <0|1>',
          about: 'which Image Updater reads the annotations today: 0 for 0.x, 1 for useAnnotations (default: as found)',
        },
        {
          flags: '--keep-annotations',
          about: 'leave the annotations, and have the resources read them: useAnnotations, from Image Updater 1.1 on',
        },
        {
          flags: '--out <file>',
          about:
            'where the resources go: apps/{environment}/image-updater.yaml (default: image-updater-<environment>.yaml beside the Applications)',
        },
        ...changeOptions,
      ],
      examples: [
        'gitops migrate image-updater --dry-run',
        'gitops migrate image-updater dev --out "apps/{environment}/image-updater.yaml"',
        'gitops migrate image-updater --from 0 --app payments --output json --check',
      ],
      load: () => import('./migrate-image-updater.js'),
    },
  ],
};
