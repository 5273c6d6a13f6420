/** What the environment says of proxies, by how Node's own setting calls it. */
export interface ProxySettings {
  readonly http_proxy?: string;
  readonly https_proxy?: string;
  readonly no_proxy?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy, and the variable that names it. */
interface Named {
  readonly variable: string;
  readonly value: string;
}

/**
 * The proxies that HTTP_PROXY, HTTPS_PROXY and ALL_PROXY name, in lower or upper case, as curl, pip and npm
 * read them; `undefined` where none does. One without a scheme is HTTP's. SOCKS is not spoken.
 */
export function proxySettings(env: Environment): ProxySettings | undefined {
  const usable = (protocol: 'http' | 'https'): string | undefined => {
    const value = namedFor(protocol, env)?.value;
    return value === undefined || !isUsable(value) ? undefined : withScheme(value);
  };
  const [http, https] = [usable('http'), usable('https')];
  const no = read(env, 'no_proxy')?.value;
  return http === undefined && https === undefined
    ? undefined
    : {
        ...(http === undefined ? {} : { http_proxy: http }),
        ...(https === undefined ? {} : { https_proxy: https }),
        ...(no === undefined ? {} : { no_proxy: no }),
      };
}

/**
 * How an address is reached where not directly, as ` (through the proxy http://host:8080 of HTTPS_PROXY)`,
 * for the end of an error; else nothing. A proxy's user and password are never shown.
 */
export function proxyWords(url: string, env: Environment): string {
  const { protocol, hostname, port } = new URL(url);
  const named = namedFor(protocol === 'https:' ? 'https' : 'http', env);
  if (named === undefined || isExempt({ hostname, port }, read(env, 'no_proxy')?.value ?? '')) {
    return '';
  }
  const { variable, value } = named;
  return isUsable(value)
    ? ` (through the proxy ${shown(value)} of ${variable})`
    : ` (${variable} names ${shown(value)}, which is no HTTP proxy, and is not used)`;
}

/** The proxies that the environment names, for `evalkit doctor`; `undefined`: none. */
export function proxySummary(env: Environment): string | undefined {
  const named = ['https_proxy', 'http_proxy', 'all_proxy']
    .flatMap((name) => read(env, name) ?? [])
    .map(({ variable, value }) =>
      isUsable(value)
        ? `${variable} ${shown(value)}`
        : `${variable} ${shown(value)} is not used: it is no HTTP proxy`,
    );
  const exempt = read(env, 'no_proxy');
  return named.length === 0
    ? undefined
    : [...named, ...(exempt === undefined ? [] : [`${exempt.variable} ${exempt.value}`])].join(
        ', ',
      );
}

function namedFor(protocol: 'http' | 'https', env: Environment): Named | undefined {
  return read(env, `${protocol}_proxy`) ?? read(env, 'all_proxy');
}

/** A variable in lower case, else in upper case; an empty one counts as unset. */
function read(env: Environment, name: string): Named | undefined {
  return [name, name.toUpperCase()].flatMap((variable) => {
    const value = env[variable]?.trim() ?? '';
    return value === '' ? [] : [{ variable, value }];
  })[0];
}

function withScheme(value: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
}

function isUsable(value: string): boolean {
  return /^https?:$/.test(URL.parse(withScheme(value))?.protocol ?? '');
}

/** Without user and password, and without whatever else stands there beside the host. */
function shown(value: string): string {
  const parsed = URL.parse(withScheme(value));
  return parsed === null ? 'something that is no address' : `${parsed.protocol}//${parsed.host}`;
}

/** As Node decides it: names with what lies below them, one port of theirs, or `*` for all. */
function isExempt(
  { hostname, port }: { readonly hostname: string; readonly port: string },
  list: string,
): boolean {
  return list
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name = '', only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      const suffix = name.replace(/^\*?\.?/, '');
      const isName =
        entry === '*' ||
        hostname === suffix ||
        (name !== suffix && hostname.endsWith(`.${suffix}`));
      return isName && (only === undefined || only === port);
    });
}
