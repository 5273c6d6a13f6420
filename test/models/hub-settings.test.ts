import { expect, test } from 'vitest';
import { hubSettings, refuseHubSettings } from '../../src/models/hub-settings.ts';

test('blanks around what the environment says are not part of it, and nothing is the usual hub', () => {
  expect(hubSettings({ HF_ENDPOINT: ' http://hub:1\n', HF_TOKEN: 'hf_a\n' })).toEqual({
    endpoint: 'http://hub:1',
    token: 'hf_a',
  });
  expect(hubSettings({ HF_ENDPOINT: '', HF_TOKEN: ' ' })).toEqual({
    endpoint: 'https://huggingface.co',
    token: undefined,
  });
});

test.each([
  [{ HF_ENDPOINT: 'http://me:geheim@hub:1/x' }, /^HF_ENDPOINT http:\/\/hub:1 has a user or a pass/],
  [{ HF_ENDPOINT: 'localhost:8080' }, /^HF_ENDPOINT localhost:8080 is not an http or https URL/],
  [{ HF_ENDPOINT: 'https://' }, /is not an http or https URL/],
  [{ HF_TOKEN: 'geheim\ngeheim' }, /^HF_TOKEN is no token: there is a blank/],
  [{ HF_TOKEN: 'geheim…' }, /^HF_TOKEN is no token/],
])('%j is refused, and no secret is shown', (env, message) => {
  const refuse = (): void => refuseHubSettings(hubSettings(env));
  expect(refuse).toThrow(message);
  expect(refuse).not.toThrow(/geheim/);
});
