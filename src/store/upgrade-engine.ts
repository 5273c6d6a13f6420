import { type Fields, isFields, on } from './upgrade-fields.ts';

/** The one engine that version 1 had, by the name that it went by and by the one that it has now. */
const OLD_NAME = 'node-llama-cpp';
const NAME = 'llama-cpp';

/** Cache types that keep what was computed. */
const UNQUANTIZED: readonly unknown[] = ['f32', 'f16', 'bf16'];

/** One cell of version 1's run, whose settings were that engine's flags. */
export function upgradeCell(cell: Fields): Fields {
  const settings = fieldsOf(cell, 'settings');
  const { parallel, contextSize, batchSize } = settings;
  const variant = variantOf(settings);
  return {
    ...cell,
    ...on(cell, 'model', upgradeModel),
    ...on(cell, 'decode', (decode) => ({ ...decode, ...on(decode, 'draft', upgradeModel) })),
    ...on(cell, 'engine', upgradeEngine),
    parallel,
    settings: { ...variant, batchSize, contextSize },
    variant,
    scoreSettings: { ...variant, batchSize },
    settingsText: `caches ${String(variant['cacheTypeK'])} and ${String(variant['cacheTypeV'])}`,
    isRounded: isRounded(variant),
  };
}

/** A cell of version 1's grid; `cells`: all of the grid. */
export function upgradeBenchCell(cell: Fields, cells: readonly Fields[]): Fields {
  const settings = fieldsOf(cell, 'settings');
  const { flash, cacheTypeK, cacheTypeV } = settings;
  const { parallel: _, ...rest } = settings;
  const plain = flash === 'on' ? cells.find((other) => isPlainTwin(other, cell)) : undefined;
  return {
    ...cell,
    ...on(cell, 'model', upgradeModel),
    settings: rest,
    settingsText: `flash ${String(flash)}, cache ${String(cacheTypeK)}/${String(cacheTypeV)}`,
    ...(plain === undefined
      ? {}
      : { over: { cell: plain['id'], what: 'flash attention over plain' } }),
  };
}

function isPlainTwin(other: Fields, cell: Fields): boolean {
  const like = (one: Fields, flash: string): string =>
    JSON.stringify([
      fieldsOf(fieldsOf(one, 'model'), 'file')['sha256'],
      one['work'],
      { ...fieldsOf(one, 'settings'), flash },
    ]);
  return fieldsOf(other, 'settings')['flash'] === 'off' && like(other, 'on') === like(cell, 'on');
}

/** A subject of version 1's scores. */
export function upgradeSubject(subject: Fields): Fields {
  const variant = variantOf(fieldsOf(subject, 'settings'));
  return {
    ...subject,
    ...on(subject, 'model', upgradeModel),
    ...on(subject, 'engine', upgradeEngine),
    variant,
    isRounded: isRounded(variant),
  };
}

/** Version 1 knew no weights but a file, and no tool but llama.cpp. */
function upgradeModel({ file, ...model }: Fields): Fields {
  return {
    ...model,
    ...(isFields(file) ? { weights: { kind: 'file', ...file } } : {}),
    ...on(model, 'provenance', ({ llamaCpp, ...provenance }) =>
      typeof llamaCpp === 'string' ? { ...provenance, tool: `llama.cpp ${llamaCpp}` } : provenance,
    ),
  };
}

/** Under its name of today: the same engine computes the same, and a cell of it is the same cell. */
export function upgradeEngine({ llamaCpp, ...engine }: Fields): Fields {
  const { name, version } = engine;
  return name === OLD_NAME
    ? {
        name: NAME,
        version,
        versions: { [OLD_NAME]: String(version).replace(/\+.*/, ''), 'llama.cpp': llamaCpp },
      }
    : { ...engine, versions: {} };
}

function variantOf({ flash, cacheTypeK, cacheTypeV, gpuLayers }: Fields): Fields {
  return { flash, cacheTypeK, cacheTypeV, gpuLayers };
}

function isRounded({ cacheTypeK, cacheTypeV }: Fields): boolean {
  return [cacheTypeK, cacheTypeV].some((type) => !UNQUANTIZED.includes(type));
}

function fieldsOf(fields: Fields, name: string): Fields {
  const inner = fields[name];
  return isFields(inner) ? inner : {};
}
