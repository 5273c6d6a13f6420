import { element } from './elements.js';

/** One completion with its verdict; `at` is where it begins to differ from the one beside it. */
export function sideOf(name, attempt, { texts, at }) {
  const heading = element('h3', {}, name);
  if (attempt === undefined) {
    return element('section', {}, heading, note('No completion.'));
  }
  const { v, d, t } = attempt;
  const detail = texts[d] ?? '';
  return element(
    'section',
    {},
    heading,
    element(
      'div',
      {},
      element('p', { className: `verdict ${v}` }, verdictText(attempt)),
      ...(detail === '' ? [] : [element('pre', { tabIndex: 0, className: 'detail' }, detail)]),
      note(factsText(attempt)),
    ),
    ...(t === undefined ? [] : [element('pre', { tabIndex: 0 }, ...marked(texts[t], at))]),
  );
}

/** A remark. */
export function note(text) {
  return element('p', { className: 'note' }, text);
}

function verdictText({ v, c }) {
  if (v === 'passed') {
    return 'passed';
  }
  return v === 'failed' ? `failed, ${c}` : `no verdict, ${c}`;
}

function factsText({ s, n, ms, f, first, each }) {
  const difference =
    f === null ? 'same tokens as the reference' : `first differing token: number ${f + 1}`;
  return [
    ...(s === undefined ? [] : [`ended by ${s}`]),
    ...(n === undefined ? [] : [`${n} tokens`]),
    ...(first === undefined ? [] : [`alone ${first} ms to the first token`]),
    ...(each === undefined ? [] : [`${each} ms each further one`]),
    ...(ms === undefined ? [] : [`judged in ${ms} ms`]),
    ...(f === undefined ? [] : [difference]),
  ].join(', ');
}

/** A text of which the first word that differs is marked. */
function marked(text, at) {
  if (at === undefined) {
    return [text];
  }
  const word = /^\w+|^\s+|^./s.exec(text.slice(at))?.[0] ?? '';
  const mark = element('mark', {}, word === '' ? '(ends here)' : word);
  return [text.slice(0, at), mark, text.slice(at + word.length)];
}

/** Where two texts begin to differ, at the beginning of a word; undefined where they do not. */
export function firstDifference(one, other) {
  if (one === undefined || other === undefined || one === other) {
    return undefined;
  }
  let at = 0;
  while (one[at] === other[at]) {
    at += 1;
  }
  const isInWord = /\w/.test(one[at] ?? '') || /\w/.test(other[at] ?? '');
  const start = /\w*$/.exec(one.slice(0, at))?.[0].length ?? 0;
  return isInWord ? at - start : at;
}
