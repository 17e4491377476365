import { fullNameWithoutTag, parseIdentifier } from '../image/index.js';
import {
  type Level,
  mergeUpdateSettings,
  parseCredentialSource,
  parseUpdateStrategy,
  positionOf,
  settingsAt,
  settingsPath,
  type UpdaterResource,
} from '../image-updater/index.js';
import type { Path } from '../yaml/index.js';
import { constraintMessage } from './image-list-rules.js';
import { type Found, finding, type Repair } from './make.js';
import { strategyProblem } from './setting-rules.js';

/** What an `ImageUpdater` resource says and Image Updater cannot read, on all of its levels. */
export function resourceSettings(from: UpdaterResource): readonly Found[] {
  const { resource } = from;
  return [
    ...levelFindings(from, { level: 'spec' }),
    ...resource.applicationRefs.flatMap((ref) => [
      ...(ref.useAnnotations ? [] : levelFindings(from, { level: 'ref', ref })),
      ...(ref.useAnnotations ? [] : ref.images).flatMap((image): readonly Found[] => {
        const level: Level = { level: 'image', ref, image };
        const settings = mergeUpdateSettings(
          resource.commonUpdateSettings,
          ref.commonUpdateSettings,
          image.commonUpdateSettings,
        );
        const named = parseIdentifier(image.imageName);
        const strategy = parseUpdateStrategy(settings.updateStrategy ?? '');
        const told = constraintMessage(strategy, named.tag?.name ?? '', image.alias || fullNameWithoutTag(named));
        const path: Path = [...settingsPath(from, level).slice(0, -1), 'imageName'];
        return [
          ...levelFindings(from, level),
          ...(told === null ? [] : [finding('constraint-unreadable', told, positionOf(from, path))]),
        ];
      }),
    ]),
  ];
}

function levelFindings(from: UpdaterResource, level: Level): readonly Found[] {
  const settings = settingsAt(from, level);
  const path = settingsPath(from, level);
  const found: Found[] = [];
  const strategy = strategyProblem(settings?.updateStrategy ?? '');
  if (strategy !== null) {
    const at: Path = [...path, 'updateStrategy'];
    const repair: Repair | null =
      strategy.meant === null
        ? null
        : {
            does: `write ${strategy.meant}`,
            edits: [{ at: { document: from.document, path: at }, set: strategy.meant }],
          };
    found.push(finding(strategy.rule, strategy.message, positionOf(from, at), repair));
  }
  const secret = settings?.pullSecret ?? '';
  if (secret !== '' && parseCredentialSource(secret).isErr()) {
    const message = `"${secret}" of pullSecret names no credentials: write pullsecret:<namespace>/<name>, secret:<namespace>/<name>#<field>, env:<variable> or ext:<script>.`;
    found.push(finding('setting-unreadable', message, positionOf(from, [...path, 'pullSecret'])));
  }
  return found;
}
