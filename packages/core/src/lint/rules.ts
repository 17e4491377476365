/** How much a finding matters: an `error` breaks something, a `warn` does not do what its writer meant. */
export type LintSeverity = 'error' | 'warn' | 'info';

/** What a rule finds, and why that matters. The table of `docs/lint.md` is made of these. */
export interface LintRule {
  readonly severity: LintSeverity;
  readonly about: string;
  readonly why: string;
}

const rule = (severity: LintSeverity, about: string, why: string): LintRule => ({ severity, about, why });

/** Every rule of `gitops lint`, by its id. */
export const lintRules = {
  'unreadable-file': rule(
    'error',
    'a file of Argo CD that cannot be read',
    'What it holds is overlooked by every reader.',
  ),
  'application-claimed-twice': rule(
    'error',
    'two resources are the same application of one environment',
    'Nothing tells which of them runs.',
  ),
  'duplicate-application': rule(
    'warn',
    'two Applications have the same name and namespace',
    'In one Argo CD the one that is applied last wins.',
  ),
  'argocd-refuses': rule(
    'error',
    'what Argo CD refuses to render',
    'The application is not synced until it is mended.',
  ),
  'application-set-refused': rule(
    'error',
    'a generator or an element that Argo CD refuses',
    'It makes no Application, or none of the set.',
  ),
  'image-invalid': rule('error', 'a rendered image that is no reference', 'No node can pull it.'),
  'overlapping-parameters': rule(
    'warn',
    'Helm parameters whose names overlap, such as image and image.tag',
    'Argo CD applies them in random order.',
  ),
  'float-tag': rule(
    'error',
    'a tag without quotes that YAML reads as a number',
    'It is rendered as another text: 1.10 becomes 1.1.',
  ),
  'mutable-tag': rule(
    'warn',
    'a tag that is moved to other images, such as latest',
    'Git does not tell what runs, and a revert brings nothing back.',
  ),
  'masked-pin': rule('info', 'a version that another place overrides', 'Whoever edits it changes nothing.'),
  'unknown-annotation': rule(
    'warn',
    'an annotation of Image Updater that it does not know',
    'It is passed over without a word.',
  ),
  'alias-not-in-list': rule(
    'warn',
    'an annotation for an alias that image-list does not have',
    'It is passed over; a freeze written so freezes nothing.',
  ),
  'annotation-on-wrong-object': rule(
    'warn',
    'annotations of Image Updater on something that is no Application',
    'It looks at Applications alone.',
  ),
  'inert-annotations': rule(
    'warn',
    'annotations beside ImageUpdater resources that do not read them',
    'They decide nothing.',
  ),
  'write-back-impossible': rule(
    'error',
    'a write-back target that the kind of source cannot have',
    'Image Updater fails or writes a file that nothing reads.',
  ),
  'shared-write-back': rule('warn', 'applications that are written back to one file', 'They overwrite each other.'),
  'overlapping-resources': rule(
    'warn',
    'several ImageUpdater resources match one application',
    'Each of them updates it by its own rules.',
  ),
  'updater-on-target': rule(
    'warn',
    'Image Updater follows an environment that is promoted into',
    'It overwrites what is promoted there.',
  ),
  'sibling-write-back': rule(
    'warn',
    'a frozen image that an update of its neighbour rewrites',
    'With helmvalues all images are written at once.',
  ),
  'ignore-tags-not-a-list': rule('error', 'ignoreTags that is no list', 'The cluster refuses the resource.'),
  'ignore-tags-regexp': rule(
    'warn',
    'an expression in ignore-tags',
    'It knows only globs: the pattern matches nothing.',
  ),
  'ignore-tags-malformed': rule('warn', 'a malformed pattern in ignore-tags', 'It matches nothing.'),
  'ignore-tags-never-match': rule('warn', 'a pattern with a comma or a blank', 'No tag holds one.'),
  'allow-tags-nothing': rule(
    'warn',
    'allow-tags without regexp:, or a bad expression',
    'No tag passes: the image is never updated.',
  ),
  'resource-invalid': rule('error', 'an ImageUpdater resource of a wrong shape', 'The cluster refuses it.'),
  'environment-ambiguous': rule(
    'warn',
    'an application whose environment can be read in several ways',
    'It is left out.',
  ),
  'environment-evidence-differs': rule(
    'warn',
    'folder, name and content say different environments',
    'One of them misleads people.',
  ),
  'environment-not-declared': rule(
    'warn',
    'a path names an environment that gitops.yaml does not have',
    'It is left out.',
  ),
  'freeze-expired': rule('warn', 'a freeze whose end is past', 'It still holds: end it, or extend it.'),
  'freeze-not-enforced': rule(
    'error',
    'a freeze whose edits do not stand any more',
    'Image Updater changes what is said to be frozen.',
  ),
  'freeze-of-no-environment': rule('warn', 'a freeze of an environment that is not there', 'It keeps nothing out.'),
} as const satisfies Readonly<Record<string, LintRule>>;

export type LintRuleId = keyof typeof lintRules;

export function isLintRule(text: string): text is LintRuleId {
  return Object.hasOwn(lintRules, text);
}
