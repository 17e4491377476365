// Our own rules for what runs in a cluster, which no schema has.
import { readFileSync } from 'node:fs';

const errors = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');
/** Exit codes that another try can mend, by what the document says of them. */
const worthATry = [...errors.matchAll(/^\| (\d+) \| .*(?:safe to run again|unavailable)/gm)].map(([, code]) =>
  Number(code),
);

const ranges = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
];

/** Whether the five fields of a schedule are numbers, ranges, lists and steps that can come. */
export function isSchedule(text) {
  const fields = text.split(' ');
  const fits = (field, [least, most]) =>
    field.split(',').every((part) => {
      const found = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/([1-9]\d*))?$/.exec(part);
      return found !== null && found.slice(1, 3).every((one) => one === undefined || (one >= least && one <= most));
    });
  return fields.length === 5 && fields.every((field, index) => fits(field, ranges[index]));
}

function podsOf({ kind, spec }) {
  if (kind === 'CronJob') {
    const pod = spec.jobTemplate.spec.template.spec;
    return [{ pod, containers: pod.containers }];
  }
  if (kind !== 'WorkflowTemplate' && kind !== 'Workflow') return [];
  return [{ pod: spec, containers: spec.templates.flatMap(({ container }) => container ?? []) }];
}

function podFaults(place, pod, containers) {
  const faults = [];
  const want = (condition, what) => condition || faults.push(`${place}: ${what}`);
  want(pod.automountServiceAccountToken === false, 'it is given a token of the cluster');
  want(pod.securityContext?.runAsNonRoot === true, 'it may run as root');
  want(pod.securityContext?.seccompProfile?.type === 'RuntimeDefault', 'it has no seccomp profile');
  for (const { securityContext: own, resources, image } of containers) {
    want(own?.allowPrivilegeEscalation === false, 'privileges may grow');
    want(own?.readOnlyRootFilesystem === true, 'its file system may be written');
    want(own?.capabilities?.drop?.includes('ALL'), 'it keeps capabilities');
    want(resources?.requests?.memory && resources.limits?.memory, 'its memory has no bounds');
    want(/:\d+\.\d+\.\d+(@sha256:[0-9a-f]{64})?$/.test(image), `${image} has no version`);
  }
  return faults;
}

function retryFaults({ kind, metadata, spec }) {
  const same = (codes) => JSON.stringify(codes) === JSON.stringify(worthATry);
  const wrong = (codes) => `${kind} ${metadata.name}: ${codes} are tried again, and docs/errors.md says ${worthATry}`;
  if (kind === 'CronJob') {
    const codes = spec.jobTemplate.spec.podFailurePolicy.rules.find(({ onExitCodes }) => onExitCodes)?.onExitCodes;
    return codes?.operator === 'NotIn' && same(codes.values) ? [] : [wrong(codes?.values)];
  }
  const retries = (spec?.templates ?? []).flatMap(({ retryStrategy }) => retryStrategy ?? []);
  return (
    retries
      // a script that tries again by itself leaves only lost pods to Argo
      .filter(({ expression }) => expression === undefined || expression.includes('exitCode'))
      .map(({ expression }) => JSON.parse(/ in (\[.*?\])/.exec(expression)?.[1] ?? '[]'))
      .filter((codes) => !same(codes))
      .map(wrong)
  );
}

/** Accounts that are named and made nowhere, roles that may everything, policies that let everything out. */
function accessFaults(document, accounts) {
  const { kind, spec, metadata } = document;
  const say = (what) => `${kind} ${metadata.name}: ${what}`;
  if (kind === 'Role' || kind === 'ClusterRole') {
    const wide = document.rules.some(({ verbs, resources, apiGroups }) =>
      [verbs, resources, apiGroups].flat().includes('*'),
    );
    return wide ? [say('it may everything')] : [];
  }
  if (kind === 'RoleBinding') {
    const gone = document.subjects.filter(({ name }) => !accounts.has(name));
    return gone.map(({ name }) => say(`there is no ServiceAccount ${name}`));
  }
  if (kind === 'NetworkPolicy') {
    const rules = spec.policyTypes.includes('Egress') ? (spec.egress ?? []) : [{}];
    const isOpen =
      rules.some(({ ports }) => (ports ?? []).length === 0) || (spec.ingress ?? []).some((one) => !one.from);
    return isOpen || !spec.policyTypes.includes('Ingress') ? [say('it holds nothing back')] : [];
  }
  return podsOf(document)
    .flatMap(({ pod }) => [pod.serviceAccountName, pod.executor?.serviceAccountName])
    .filter((name) => name !== undefined && !accounts.has(name))
    .map((name) => say(`there is no ServiceAccount ${name}`));
}

const functions = ['asInt'];

/** Functions that an expression calls and Argo Workflows does not have, of those that we use. */
function expressionFaults({ kind, metadata, spec }) {
  return (spec?.templates ?? []).flatMap(({ name, retryStrategy }) =>
    [...(retryStrategy?.expression ?? '').matchAll(/(\w+)\(/g)]
      .filter(([, called]) => !functions.includes(called))
      .map(([, called]) => `${kind} ${metadata.name}, ${name}: ${called}() is no function that is used here`),
  );
}

/** Every fault in the documents of these parts. */
export function rulesOf(parts) {
  const documents = Object.values(parts).flat();
  const pods = documents.flatMap((one) =>
    podsOf(one).map((pod) => ({ ...pod, name: `${one.kind} ${one.metadata.name}` })),
  );
  const accounts = new Set(
    documents.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => metadata.name),
  );
  const images = new Map();
  const used = new Set(pods.flatMap(({ containers }) => containers.map(({ image }) => image)));
  for (const image of used) {
    const [name] = image.split(/[:@]/);
    images.set(name, [...(images.get(name) ?? []), image]);
  }
  const schedules = documents.flatMap(({ spec }) => spec?.schedules ?? spec?.schedule ?? []);
  return [
    ...[...images].filter(([, all]) => all.length > 1).map(([, all]) => `not one version: ${all.join(', ')}`),
    ...schedules.filter((one) => !isSchedule(one)).map((one) => `"${one}" is not a schedule`),
    ...pods.flatMap(({ name, pod, containers }) => podFaults(name, pod, containers)),
    ...documents.filter(({ kind }) => kind === 'CronJob' || kind === 'WorkflowTemplate').flatMap(retryFaults),
    ...documents.flatMap((one) => [...accessFaults(one, accounts), ...expressionFaults(one)]),
    ...documents
      .filter(({ kind, spec }) => /^Cron/.test(kind) && spec.concurrencyPolicy !== 'Forbid')
      .map(({ metadata }) => `${metadata.name}: runs may overlap`),
  ];
}
