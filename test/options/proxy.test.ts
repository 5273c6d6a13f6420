import { describe, expect, test } from 'vitest';
import { proxySettings, proxySummary, proxyWords } from '../../src/options/proxy.ts';

const HUB = 'https://huggingface.co/api';

test.each([
  [{}, undefined],
  [{ HTTPS_PROXY: '' }, undefined],
  [{ HTTPS_PROXY: 'http://p:1' }, { https_proxy: 'http://p:1' }],
  [{ https_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:1' }, { https_proxy: 'http://a:1' }],
  [{ http_proxy: 'p:1' }, { http_proxy: 'http://p:1' }],
  [{ ALL_PROXY: 'p:1' }, { http_proxy: 'http://p:1', https_proxy: 'http://p:1' }],
  [
    { all_proxy: 'p:1', HTTPS_PROXY: 'q:2', NO_PROXY: 'x' },
    { http_proxy: 'http://p:1', https_proxy: 'http://q:2', no_proxy: 'x' },
  ],
  [{ ALL_PROXY: 'socks5://p:1' }, undefined],
  [{ HTTPS_PROXY: 'http://bad host' }, undefined],
])('%j comes to %j', (env, settings) => {
  expect(proxySettings(env)).toEqual(settings);
});

describe('the words of an error', () => {
  test.each([
    [{}, ''],
    [{ HTTPS_PROXY: 'http://p:1' }, ' (through the proxy http://p:1 of HTTPS_PROXY)'],
    [{ https_proxy: 'p:1' }, ' (through the proxy http://p:1 of https_proxy)'],
    [{ HTTP_PROXY: 'http://p:1' }, ''],
    [
      { ALL_PROXY: 'socks5://p:1' },
      ' (ALL_PROXY names socks5://p:1, which is no HTTP proxy, and is not used)',
    ],
    [{ HTTPS_PROXY: 'p:1', NO_PROXY: 'huggingface.co' }, ''],
    [
      { HTTPS_PROXY: 'p:1', NO_PROXY: 'a.b, .huggingface.co:443' },
      ' (through the proxy http://p:1 of HTTPS_PROXY)',
    ],
    [{ HTTPS_PROXY: 'p:1', no_proxy: '*' }, ''],
    [{ HTTPS_PROXY: 'p:1', NO_PROXY: 'face.co' }, ' (through the proxy http://p:1 of HTTPS_PROXY)'],
  ])('of %j are "%s"', (env, words) => {
    expect(proxyWords(HUB, env)).toBe(words);
  });

  test('never hold user or password', () => {
    for (const value of [
      'http://me:secret@p:1',
      'me:secret@p:1',
      'socks5://me:secret@p:1',
      'http://me:secret@bad host',
    ]) {
      const env = { HTTPS_PROXY: value };
      expect(`${proxyWords(HUB, env)}${proxySummary(env)}`).not.toContain('secret');
      expect(proxyWords(HUB, env)).not.toContain('me:');
    }
  });
});

test('all that is set is told at once', () => {
  expect(proxySummary({})).toBeUndefined();
  expect(proxySummary({ HTTPS_PROXY: 'u:p@h:1', ALL_PROXY: 'socks5://s:2', NO_PROXY: 'x' })).toBe(
    'HTTPS_PROXY http://h:1, ALL_PROXY socks5://s:2 is not used: it is no HTTP proxy, NO_PROXY x',
  );
});
