import { byId, choice, element, labelled } from './elements.js';

/** The choice of axes: of all drawings, the one of that pair shows. */
export function startAxes() {
  const pairs = [...document.querySelectorAll('.pair')];
  const others = byId('other-pairs');
  if (others === null) {
    return;
  }
  const show = () => {
    for (const pair of pairs) {
      pair.hidden = pair.dataset.quality !== quality.value || pair.dataset.cost !== cost.value;
    }
  };
  const quality = choice(axesOf(pairs, 'quality'), show);
  const cost = choice(axesOf(pairs, 'cost'), show);
  others.replaceWith(...pairs.slice(1));
  byId('pairs').before(
    element('div', { id: 'axes' }, labelled('Up', quality), labelled('Across', cost)),
  );
  show();
}

function axesOf(pairs, side) {
  return [...new Set(pairs.map(({ dataset }) => dataset[side]))].map((name) => [name, name]);
}
