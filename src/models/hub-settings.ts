import { usageError } from '../records/error.ts';

/** The hub that is asked, and as whom. */
export interface HubSettings {
  readonly endpoint: string;
  readonly token: string | undefined;
}

/** What HF_ENDPOINT and HF_TOKEN say; blanks around them come from files that they were read from. */
export function hubSettings(env: Readonly<Record<string, string | undefined>>): HubSettings {
  return {
    endpoint: env['HF_ENDPOINT']?.trim() || 'https://huggingface.co',
    token: env['HF_TOKEN']?.trim() || undefined,
  };
}

/**
 * Throws a usage error for a hub that cannot be asked: else the first request fails, in words of the
 * library's that show the token or the password.
 */
export function refuseHubSettings({ endpoint, token }: HubSettings): void {
  const url = URL.parse(endpoint);
  if (url !== null && url.username + url.password !== '') {
    throw usageError(
      `HF_ENDPOINT ${url.protocol}//${url.host} has a user or a password in it, which the hub does not take; leave them out, and give a token with HF_TOKEN`,
    );
  }
  if (!/^https?:$/.test(url?.protocol ?? '')) {
    throw usageError(`HF_ENDPOINT ${endpoint} is not an http or https URL; correct or unset it`);
  }
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw usageError(
      `HF_TOKEN is no token: there is a blank, a line's end or another character in it that none has; correct or unset it`,
    );
  }
}
