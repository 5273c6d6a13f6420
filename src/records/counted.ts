/** A number of things in words, as `1 verdict` and `2 verdicts`; `plural` where an s does not do. */
export function counted(n: number, noun: string, plural: string = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}
