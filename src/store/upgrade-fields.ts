/** A record as JSON gives it. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field changed, where it is present and holds fields itself; the schema tells of any other. */
export function on(fields: Fields, name: string, upgrade: (inner: Fields) => Fields): Fields {
  const inner = fields[name];
  return isFields(inner) ? { [name]: upgrade(inner) } : {};
}

/** A list changed item by item, where it is present. */
export function onEach(
  fields: Fields,
  name: string,
  upgrade: (inner: Fields, all: readonly Fields[]) => Fields,
): Fields {
  const inner: unknown = fields[name];
  if (!Array.isArray(inner)) {
    return {};
  }
  const all = inner.filter(isFields);
  return { [name]: all.map((one) => upgrade(one, all)) };
}
