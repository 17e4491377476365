import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slackSignature, whyNotFromSlack } from '../src/slack-request.mjs';

// the request that Slack's own documentation signs as an example
const secret = '8f742231b10e8888abcd99yyyzzz85a5';
const timestamp = '1531420618';
const body = [
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V',
  '&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=',
  '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN',
  '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
].join('');
const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
const at = (seconds) => new Date((Number(timestamp) + seconds) * 1000).toISOString();

test('the signature is the one that Slack makes', () => {
  assert.equal(slackSignature(body, timestamp, secret), signature);
  assert.equal(whyNotFromSlack({ body, timestamp, signature }, { secret, now: at(0) }), null);
});

test('what is missing, old or no number is refused', () => {
  const refused = (more, seconds = 0) =>
    whyNotFromSlack({ body, timestamp, signature, ...more }, { secret, now: at(seconds) });
  assert.equal(refused({ timestamp: undefined }), 'not signed');
  assert.equal(refused({ signature: undefined }), 'not signed');
  assert.equal(refused({ timestamp: 'now' }), 'no timestamp');
  assert.equal(refused({}, 300), null);
  assert.match(refused({}, 301), /^too old/);
  assert.match(refused({}, -301), /^too old/);
  for (const wrong of ['', 'v0=', signature.slice(0, -1), signature.replace('v0', 'v1'), `${signature}0`]) {
    assert.equal(refused({ signature: wrong }), 'wrong signature');
  }
});
