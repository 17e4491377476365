// Notifications are text inside a ConfigMap, of which Argo CD says nothing until something should have been sent.
import { documentsIn } from './yaml-documents.mjs';

const configName = 'argocd-notifications-cm';
export const secretName = 'argocd-notifications-secret';
const triggerKeys = ['when', 'oncePer', 'send', 'description'];
const subscriptionKeys = ['recipients', 'triggers', 'selector'];

const configOf = (resources) => resources.find((one) => !one.shown && one.value.metadata.name === configName);

/** What the ConfigMap holds: services, triggers and templates by name, and the subscriptions. */
function partsOf({ file, value }) {
  const parts = { service: new Map(), trigger: new Map(), template: new Map(), subscriptions: [], unknown: [] };
  for (const [key, text] of Object.entries(value.data)) {
    const [content] = documentsIn(text, `${file}: ${key}`);
    const [kind, name] = key.match(/^(service|trigger|template)\.(.+)$/)?.slice(1) ?? [];
    if (kind !== undefined) parts[kind].set(name, content);
    else if (key === 'subscriptions') parts.subscriptions = content;
    else if (key !== 'context' && key !== 'defaultTriggers') parts.unknown.push(key);
  }
  return parts;
}

/** Every Go template of the notifications, by the place where it stands. */
export function notificationTemplates(resources) {
  const config = configOf(resources);
  if (config === undefined) return [];
  const texts = (at, value) =>
    typeof value === 'string'
      ? [{ at, text: value }]
      : Object.entries(value ?? {}).flatMap(([key, child]) => texts(`${at}.${key}`, child));
  return [...partsOf(config).template].flatMap(([name, value]) => texts(`template.${name}`, value));
}

/** Faults of the notifications. */
export function notificationFaults(resources) {
  const config = configOf(resources);
  if (config === undefined) return [];
  const parts = partsOf(config);
  const secret = resources.find(
    (one) => one.value.kind === 'ExternalSecret' && one.value.spec.target?.name === secretName,
  );
  const keys = (secret?.value.spec.data ?? []).map((one) => one.secretKey);
  const applications = resources
    .filter((one) => !one.shown && one.value.kind === 'Application')
    .map((one) => one.value);
  return [
    ...parts.unknown.map((key) => `${key} is nothing that notifications know`),
    ...[...JSON.stringify([...parts.service]).matchAll(/\$([\w-]+)/g)]
      .filter(([, key]) => !keys.includes(key))
      .map(([, key]) => `$${key} is not in the secret ${secretName}`),
    ...[...parts.trigger].flatMap(([name, conditions]) => [...triggerFaults(name, conditions, parts)]),
    ...parts.subscriptions.flatMap((one) => [...subscriptionFaults(one, parts, applications)]),
    ...unusedFaults(parts),
  ].map((fault) => `${config.file}: ${fault}`);
}

function* triggerFaults(name, conditions, { template }) {
  for (const condition of conditions) {
    for (const key of Object.keys(condition))
      if (!triggerKeys.includes(key)) yield `trigger ${name}: ${key} is unknown`;
    if (typeof condition.when !== 'string') yield `trigger ${name}: says no when`;
    for (const one of condition.send ?? [undefined])
      if (!template.has(one)) yield `trigger ${name}: template ${one} does not exist`;
  }
}

function* subscriptionFaults(subscription, { service, trigger }, applications) {
  for (const key of Object.keys(subscription))
    if (!subscriptionKeys.includes(key)) yield `subscription: ${key} is unknown`;
  for (const recipient of subscription.recipients ?? []) {
    const [name] = recipient.split(':');
    if (!service.has(name)) yield `subscription of ${recipient}: there is no service ${name}`;
  }
  for (const name of subscription.triggers ?? [])
    if (!trigger.has(name)) yield `subscription: trigger ${name} does not exist`;
  const [key, value] = (subscription.selector ?? '').split('=');
  if (value !== undefined && !applications.some(({ metadata }) => metadata.labels?.[key] === value))
    yield `subscription: ${subscription.selector} matches no Application`;
}

function unusedFaults({ template, trigger, subscriptions }) {
  const sent = new Set([...trigger.values()].flat().flatMap((one) => one.send ?? []));
  const wanted = new Set(subscriptions.flatMap((one) => one.triggers ?? []));
  return [
    ...[...template.keys()].filter((name) => !sent.has(name)).map((name) => `template ${name} is sent by no trigger`),
    ...[...trigger.keys()].filter((name) => !wanted.has(name)).map((name) => `nobody subscribes to trigger ${name}`),
  ];
}
