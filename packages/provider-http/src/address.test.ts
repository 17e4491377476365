import { expect, it } from 'vitest';
import { parseAddress } from './address.js';

it.each([
  ['https://github.com/acme/shop', 'https', 'github.com', 'acme/shop'],
  ['https://GitHub.com/acme/Shop.git/', 'https', 'github.com', 'acme/Shop'],
  ['https://github.com:443/acme/shop.git', 'https', 'github.com', 'acme/shop'],
  ['http://git.example.com:8080//group/sub/shop', 'http', 'git.example.com:8080', 'group/sub/shop'],
  ['https://ana:p@ss@git.example.com/acme/shop', 'https', 'git.example.com', 'acme/shop'],
  ['https://x-access-token:abc@github.com/acme/shop', 'https', 'github.com', 'acme/shop'],
  ['https://github.com/acme/shop?tab=readme#top', 'https', 'github.com', 'acme/shop'],
  ['https://[::1]:8443/acme/shop', 'https', '[::1]:8443', 'acme/shop'],
  ['ssh://git@git.example.com:2222/acme/shop.git', 'ssh', 'git.example.com', 'acme/shop'],
  ['git+ssh://git@git.example.com/acme/shop.git', 'ssh', 'git.example.com', 'acme/shop'],
  ['git@github.com:acme/shop.git', 'ssh', 'github.com', 'acme/shop'],
  ['git@Git.Example.com:/acme/shop.git', 'ssh', 'git.example.com', 'acme/shop'],
  ['github.com:acme/shop', 'ssh', 'github.com', 'acme/shop'],
  ['https://git.example.com/acme/caf%C3%A9', 'https', 'git.example.com', 'acme/café'],
  [' https://github.com/acme/shop\n', 'https', 'github.com', 'acme/shop'],
])('reads %s', (text, protocol, host, path) => {
  expect(parseAddress(text)).toEqual({ protocol, host, path });
});

it.each([
  '',
  '.',
  '/srv/git/shop.git',
  '../shop',
  'C:\\repos\\shop',
  'C:/repos/shop',
  'github.com/acme/shop',
  'file:///srv/git/shop.git',
  'git://github.com/acme/shop',
  'ftp://github.com/acme/shop',
  'https://github.com',
  'https://github.com/',
  'https://github.com/acme/../shop',
  'https://github.com/acme/%2e%2e/shop',
  'https://github.com/acme/sh%00op',
  'https://github.com/acme/%zz',
  'https:///acme/shop',
  'git@:acme/shop',
  'git@github.com:',
  '-oProxyCommand=x:acme shop',
  'https://github.com/acme/sh\nop',
])('takes %j for no address of a forge', (text) => {
  expect(parseAddress(text)).toBeNull();
});
