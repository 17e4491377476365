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

/** Images that Docker itself keeps (`redis`, `docker.io/library/redis`): each patch moves their shorter tags. */
const official = /^(?:(?:index\.)?docker\.io\/)?(?:library\/)?[^/]+$/;

/**
 * True where a tag is known to be moved to other images, so that it does not tell which build runs:
 * - a channel or branch word (`latest`, `main`, `nightly`), also with a flavour or a line (`latest-alpine`, `release-1.2`);
 * - of an official image of Docker Hub, a version of less than three numbers (`16`, `7.2-alpine`). Others number their
 *   builds so (`v1`, `v2`), and write each once;
 * - a Maven snapshot (`1.4.0-SNAPSHOT`).
 *
 * A word with a commit or a build number (`main-3f2c1ab`, `dev-118`) is one build. Where a digest stands beside the tag
 * nothing can move: ask only for tags without one.
 *
 * @param image the repository: `ghcr.io/acme/api`, `redis`.
 */
export function isMutableTag(tag: string, image: string): boolean {
  const text = tag.toLowerCase();
  if (/(?:^|[-_.])snapshot$/.test(text)) return true;
  const words = text.split(/[-_]/);
  // behind another word a bare number counts builds: `dev-118`
  const isNumber = (word: string, index: number) =>
    /^v?\d{1,4}\.\d{1,4}$|^v\d{1,4}$/.test(word) || (index === 0 && /^\d{1,4}$/.test(word));
  const isOfficial = official.test(image);
  if (!words.some((word, index) => channels.has(word) || (isOfficial && isNumber(word, index)))) return false;
  return words.every((word, index) => channels.has(word) || isNumber(word, index) || flavours.test(word));
}
