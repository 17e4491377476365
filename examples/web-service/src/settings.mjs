// What the service is told by its environment. Everything that is wrong is said at once, and nothing is guessed that
// decides who may do something.
import { randomBytes } from 'node:crypto';
import { BlockList, isIP } from 'node:net';

/** A name as the proxy and the page show it: an account or an address, never mark-up. */
export const isPerson = (name) => /^[A-Za-z0-9][A-Za-z0-9._+@-]{0,99}$/.test(name);

/**
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {{ settings: Settings } | { problems: string[] }}
 *
 * @typedef {object} Settings
 * @property {string} repository
 * @property {string} host
 * @property {number} port
 * @property {string} personHeader Lower case, as Node.js has it.
 * @property {BlockList} trustedProxies
 * @property {ReadonlySet<string>} approvers
 * @property {Buffer} signingKey
 * @property {{ secret: string, people: ReadonlyMap<string, string>, replyTo: string, patienceMs: number } | null} chat
 */
export function settingsOf(env) {
  /** @type {string[]} */
  const problems = [];
  const text = (name) => (env[name] ?? '').trim();
  const list = (name) =>
    text(name)
      .split(/[\s,]+/)
      .filter(Boolean);
  const required = (name, what) => {
    if (text(name) === '') problems.push(`${name} is not set: ${what}`);
    return text(name);
  };
  const whole = (name, otherwise, max) => {
    const value = text(name) === '' ? otherwise : Number(text(name));
    if (Number.isInteger(value) && value >= 0 && value <= max) return value;
    problems.push(`${name} is ${JSON.stringify(text(name))}: a whole number up to ${max} is wanted.`);
    return otherwise;
  };

  const settings = {
    repository: required('GITOPS_REPO', 'owner/name or the address of the repository that Argo CD reads.'),
    host: text('HOST') || '127.0.0.1',
    port: whole('PORT', 8080, 65535),
    personHeader: headerOf(
      required('PERSON_HEADER', 'the header in which your proxy says who is signed in.'),
      problems,
    ),
    trustedProxies: networksOf(list('TRUSTED_PROXIES'), problems),
    approvers: new Set(list('APPROVERS')),
    signingKey: keyOf(text('SIGNING_KEY'), problems),
    chat: chatOf(text('CHAT_SIGNING_SECRET'), list('CHAT_PEOPLE'), text('CHAT_REPLIES_TO'), problems),
  };
  if (settings.chat !== null) settings.chat.patienceMs = whole('CHAT_PATIENCE_MS', 2000, 2900);
  for (const name of settings.approvers) {
    if (!isPerson(name)) problems.push(`APPROVERS has ${JSON.stringify(name)}, which is no name of a person.`);
  }
  return problems.length === 0 ? { settings } : { problems };
}

function headerOf(name, problems) {
  if (name !== '' && !/^[A-Za-z0-9-]+$/.test(name)) problems.push(`PERSON_HEADER is no name of a header: ${name}`);
  return name.toLowerCase();
}

/** Only these may say who is signed in: whoever else reaches the port could write any name into the header. */
function networksOf(networks, problems) {
  const trusted = new BlockList();
  if (networks.length === 0) problems.push('TRUSTED_PROXIES is not set: addresses or networks of your proxy.');
  for (const network of networks) {
    const [address, bits, ...more] = network.split('/');
    const family = isIP(address);
    const longest = family === 6 ? 128 : 32;
    const length = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (family === 0 || more.length > 0 || !(length >= 1 && length <= longest)) {
      problems.push(`TRUSTED_PROXIES has ${JSON.stringify(network)}: an address or a network (10.0.0.0/8) is wanted.`);
    } else trusted.addSubnet(address, length, family === 6 ? 'ipv6' : 'ipv4');
  }
  return trusted;
}

/** Left out, each process has its own: pages that were open before a restart have to be loaded again. */
function keyOf(text, problems) {
  if (text === '') return randomBytes(32);
  if (text.length < 32) problems.push('SIGNING_KEY is too short: 32 characters or more (openssl rand -hex 32).');
  return Buffer.from(text);
}

function chatOf(secret, people, replyTo, problems) {
  if (secret === '') {
    if (people.length > 0) problems.push('CHAT_PEOPLE is set, but CHAT_SIGNING_SECRET is not.');
    return null;
  }
  const byAccount = new Map();
  for (const entry of people) {
    const [account, name, ...more] = entry.split('=');
    if (/^[A-Z0-9]+$/.test(account) && isPerson(name ?? '') && more.length === 0) byAccount.set(account, name);
    else
      problems.push(`CHAT_PEOPLE has ${JSON.stringify(entry)}: <member ID>=<name> is wanted, such as U012AB3CD=ana.`);
  }
  const origin = replyTo || 'https://hooks.slack.com';
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
    problems.push('CHAT_REPLIES_TO is no origin such as https://hooks.slack.com.');
  }
  return { secret, people: byAccount, replyTo: origin, patienceMs: 0 };
}
