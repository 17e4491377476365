/** Words that name a moving channel or a branch, not one build. */
const channels = new Set([
  ...['latest', 'main', 'master', 'trunk', 'head', 'tip', 'default', 'develop', 'development', 'dev', 'devel'],
  ...['stable', 'unstable', 'edge', 'nightly', 'daily', 'weekly', 'snapshot', 'rolling', 'current', 'next', 'canary'],
  ...['alpha', 'beta', 'rc', 'preview', 'experimental', 'testing', 'test', 'staging', 'stage', 'qa', 'uat', 'prod'],
  ...['production', 'release', 'lts', 'mainline', 'insiders', 'integration', 'ci'],
]);

/** Words that only say what the image is made of: `latest-alpine` moves just as `latest` does. */
const flavours =
  /^(?:alpine|slim|debian|ubuntu|bookworm|bullseye|trixie|distroless|scratch|ubi\d*|amd64|arm64|arm|x86|linux|windows|fpm|jre|jdk)[\d.]*$/;

/**
 * True where a tag is known to be moved to other images, so that it does not tell which build runs:
 * - a channel or branch word (`latest`, `main`, `nightly`), also with a flavour or a line (`latest-alpine`, `release-1.2`);
 * - a version of less than three numbers (`1`, `v1.2`, `1.2-alpine`), since publishers move it to each new patch. A number
 *   of more than four digits is a build or a date (`20240105`), written once;
 * - a Maven snapshot (`1.4.0-SNAPSHOT`).
 *
 * A word with a commit or a build number (`main-3f2c1ab`, `dev-118`) is one build. Where a digest stands beside the tag
 * nothing can move: ask only for tags without one.
 */
export function isMutableTag(tag: string): boolean {
  const text = tag.toLowerCase();
  if (/(?:^|[-_.])snapshot$/.test(text)) return true;
  const [first = '', ...others] = text.split(/[-_]/);
  const isChannel = (word: string) => channels.has(word) || /^v?\d{1,4}\.\d{1,4}$|^v\d{1,4}$/.test(word);
  const startsMoving = isChannel(first) || /^\d{1,4}$/.test(first) || (flavours.test(first) && others.some(isChannel));
  return startsMoving && others.every((word) => isChannel(word) || flavours.test(word));
}
