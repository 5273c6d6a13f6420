import { visibleText } from '../../../records/visible-text.ts';
import type { Picture } from '../../pictures.ts';

/** The same picture with nothing in its names that hides from the reader or turns text around. */
export function visiblePicture<P extends Picture>(picture: P): P {
  // A copy in which every text is a text still.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return visible(picture) as P;
}

function visible(value: unknown): unknown {
  if (typeof value === 'string') {
    return visibleText(value);
  }
  if (Array.isArray(value)) {
    return value.map(visible);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [visibleText(name), visible(inner)]),
      )
    : value;
}
