/** Where two plans are that differ. */
type Places = readonly [found: string, wanted: string];

/** Says where two plans first differ, as `cells.0.maxTokens is 512 in the folder, 256 in this command`. */
export function planDifference(
  found: object,
  wanted: object,
  places: Places = ['in the folder', 'in this command'],
): string {
  const [before, now] = [extractionOf(found), extractionOf(wanted)];
  if (before !== undefined && now !== undefined && before !== now) {
    // Stops and keys follow from it: naming one of them would hide why.
    return `its answers were read by ${before}, now by ${now} (evalkit judge with --extract reads its completions.jsonl anew)`;
  }
  return firstDifference(found, wanted, { path: [], places }) ?? 'nothing';
}

/** Of a plan that was read by its schema, which has it as text where it has it. */
function extractionOf(plan: object): string | undefined {
  const { grading } = plan as { readonly grading?: { readonly extraction?: string } };
  return grading?.extraction;
}

function firstDifference(
  found: unknown,
  wanted: unknown,
  { path, places }: { readonly path: readonly string[]; readonly places: Places },
): string | undefined {
  if (isNode(found) && isNode(wanted)) {
    const names = new Set([...Object.keys(found), ...Object.keys(wanted)]);
    for (const name of names) {
      const difference = firstDifference(found[name], wanted[name], {
        path: [...path, name],
        places,
      });
      if (difference !== undefined) {
        return difference;
      }
    }
    return undefined;
  }
  return Object.is(found, wanted)
    ? undefined
    : `${path.join('.')} is ${show(found)} ${places[0]}, ${show(wanted)} ${places[1]}`;
}

function isNode(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function show(value: unknown): string {
  const text = value === undefined ? 'absent' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
