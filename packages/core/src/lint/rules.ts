/** How much a finding matters: an `error` breaks something, a `warn` does not do what its writer meant. */
export type LintSeverity = 'error' | 'warn' | 'info';

/** What a rule finds, and why that matters. The table of `docs/lint.md` is made of these. */
export interface LintRule {
  readonly severity: LintSeverity;
  readonly about: string;
  readonly why: string;
  /** What `--fix` does where that is certain; null: nothing. */
  readonly fix: string | null;
}

const rule = (severity: LintSeverity, about: string, why: string, fix: string | null = null): LintRule => ({
  severity,
  about,
  why,
  fix,
});

/** Every rule of `gitops lint`, by its id. */
export const lintRules = {
  'unreadable-file': rule(
    'error',
    'a file of Argo CD that cannot be read',
    'What it holds is overlooked by every reader.',
    'puts a value in quotes that must be text',
  ),
  'application-claimed-twice': rule(
    'error',
    'two resources are the same application of one environment',
    'Nothing tells which of them runs.',
  ),
  'duplicate-application': rule(
    'warn',
    'two Applications in one folder have the same name and namespace',
    'In one Argo CD the one that is applied last wins.',
  ),
  'argocd-refuses': rule(
    'error',
    'what Argo CD refuses to render',
    'The application is not synced until it is mended.',
    'puts a value in quotes that must be text',
  ),
  'application-set-refused': rule(
    'error',
    'a generator or an element that Argo CD refuses',
    'It makes no Application, or none of the set.',
    'puts an element in quotes that must be text',
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
    'puts the tag in quotes',
  ),
  'mutable-tag': rule(
    'warn',
    'a tag that is moved to other images, such as latest',
    'Git does not tell what runs, and a revert brings nothing back.',
  ),
  'masked-pin': rule('info', 'a version that another place overrides', 'Whoever edits it changes nothing.'),
  'hidden-values': rule(
    'warn',
    'values beside valuesObject',
    'Argo CD leaves values out as a whole, also beside an empty valuesObject.',
  ),
  'value-file-repeated': rule(
    'warn',
    'a value file that an Application names twice',
    'Its first place counts, and not the last one.',
  ),
  'value-file-unread': rule(
    'warn',
    'a value file with a version that no Application reads',
    'Whoever edits it changes nothing.',
  ),
  'override-unread': rule(
    'warn',
    'an .argocd-source file that no Application reads',
    'It overrides nothing: its name, its end or its folder is another one.',
  ),
  'unknown-annotation': rule(
    'warn',
    'an annotation of Image Updater that it does not know',
    'It is passed over without a word.',
    'writes the one name that it is near to, the alias where there is one, the prefix',
  ),
  'alias-not-in-list': rule(
    'warn',
    'an annotation for an alias that image-list does not have',
    'It is passed over; a freeze written so freezes nothing.',
    'writes the one alias that it is near to',
  ),
  'annotation-on-wrong-object': rule(
    'warn',
    'annotations of Image Updater on something that is no Application',
    'It looks at Applications alone.',
  ),
  'image-list-misread': rule(
    'warn',
    'an entry of image-list that is read as another image',
    'Entries end at commas, and an alias at the first =: the constraint is torn.',
    'writes a blank for the comma inside a constraint',
  ),
  'constraint-unreadable': rule(
    'warn',
    'a version constraint that cannot be read, such as 2.y.z, or none where there must be one',
    'Nothing satisfies it: the image is never updated.',
  ),
  'alias-twice': rule('warn', 'an alias that image-list names twice', 'Both images have the settings of one.'),
  'setting-unreadable': rule(
    'warn',
    'a setting of Image Updater that it cannot read',
    'It leaves the Application aside, or uses its default.',
    'writes the one strategy that a misspelt one is near to',
  ),
  'setting-former': rule(
    'info',
    'a setting by the name of before: latest, name, tag-match',
    'Image Updater 1.x warns, or does not read it.',
    'writes the name of now',
  ),
  'settings-without-images': rule(
    'warn',
    'annotations of Image Updater without image-list',
    'It does not look at the Application.',
  ),
  'helm-target-unknown': rule(
    'warn',
    'helm.image-name, -tag or -spec that names no value of the chart',
    'What is written there changes nothing.',
    'writes the one value that it is near to',
  ),
  'write-back-inert': rule(
    'warn',
    'where and how to write to Git, while nothing is written there',
    'Without write-back-method: git versions live in the cluster alone.',
  ),
  'write-back-unread': rule(
    'error',
    'a write-back target that Argo CD does not read',
    'New versions are written, and never run.',
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
    'writes kustomization:<folder> for the file of one',
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
  'ignore-tags-not-a-list': rule(
    'error',
    'ignoreTags that is no list',
    'The cluster refuses the resource.',
    'makes it a list',
  ),
  'ignore-tags-regexp': rule(
    'warn',
    'an expression in ignore-tags',
    'It knows only globs: the pattern matches nothing.',
    'writes the glob for the same tags, where there is one',
  ),
  'ignore-tags-malformed': rule('warn', 'a malformed pattern in ignore-tags', 'It matches nothing.'),
  'ignore-tags-never-match': rule(
    'warn',
    'a pattern with a comma or a blank',
    'No tag holds one.',
    'writes each pattern without blanks, as an element of its own',
  ),
  'allow-tags-nothing': rule(
    'warn',
    'allow-tags without regexp:, or a bad expression',
    'No tag passes: the image is never updated.',
    'writes regexp: before what can only be an expression',
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
