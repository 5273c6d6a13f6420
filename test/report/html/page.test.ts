import axe from 'axe-core';
import { describe, expect, test } from 'vitest';
import { bigRun } from '../../fixtures/big-run.ts';
import { CHROMIUM } from '../../fixtures/browser.ts';
import { FAINT } from '../../fixtures/contrast.ts';
import { ask, isOpen, pageOf, shownTasks, titleOf, useBrowser } from '../../fixtures/pages.ts';

const SMALL = await pageOf(bigRun({ cells: 4, tasks: 164 }));

test('the page of four cells and 164 tasks is smaller than a megabyte', () => {
  expect(SMALL.length).toBeLessThan(1_000_000);
});

test('the same records give the same bytes', async () => {
  expect(await pageOf(bigRun({ cells: 4, tasks: 164 }))).toBe(SMALL);
});

test('the page loads nothing: no address stands in it but names of SVG', () => {
  const addresses = new Set(SMALL.match(/https?:\/\/[^\s"'<)]+/g));
  expect([...addresses]).toEqual(['http://www.w3.org/2000/svg', 'http://www.w3.org/1999/xlink']);
  expect(SMALL).not.toMatch(/ style=/);
});

test.runIf(process.env['EVALKIT_NEED_CHROMIUM'] === '1')('Chromium is installed', () => {
  expect(CHROMIUM).toBeDefined();
});

describe.skipIf(CHROMIUM === undefined)('in Chromium', () => {
  const { open, said } = useBrowser();

  test('without scripts the answer, the figures, a picture and every verdict can be read', async () => {
    const page = await open(SMALL, { scripts: false });
    const text = await ask<string>(page, "document.querySelector('main').innerText");
    expect(text).toMatch(/q8_0 against f16: \d+ fewer of 164 tasks/);
    expect(text).toContain('TPOT ms');
    expect(await shownTasks(page)).toHaveLength(164);
    expect(
      await ask(page, "document.querySelector('#trade-off svg').getBoundingClientRect().width"),
    ).toBeGreaterThan(300);
    await page.close();
  });

  test('filters show the flips alone, those of a cause, those with a word, in another order', async () => {
    const page = await open(SMALL);
    const [show, cause, order] = await page.$$('#controls select');
    await show?.select('flipped');
    const flips = await shownTasks(page);
    expect(flips.length).toBeGreaterThan(5);
    expect(flips.length).toBeLessThan(100);
    await cause?.select('exception');
    const ofCause = await shownTasks(page);
    expect(ofCause.length).toBeLessThan(flips.length);
    await show?.select('');
    await cause?.select('');
    await page.type('#controls input[type=search]', 'candidate(77)');
    expect(await shownTasks(page)).toEqual(['Test/77']);
    await page.click('#controls input[type=search]', { count: 3 });
    await page.keyboard.press('Backspace');
    await order?.select('passed');
    const hardest = await shownTasks(page);
    expect(hardest).toHaveLength(164);
    expect(hardest[0]).not.toBe('Test/0');
    await order?.select('');
    expect((await shownTasks(page))[0]).toBe('Test/0');
    await page.click('#controls input[type=checkbox]');
    expect(await shownTasks(page)).toEqual([0, 29, 58, 87, 116, 145].map((task) => `Test/${task}`));
    await page.close();
  });

  test('a click opens a task with both completions, and a link shows it again', async () => {
    const page = await open(SMALL, { hash: '#show=flipped' });
    const [first = ''] = await shownTasks(page);
    await page.click('#matrix tbody tr:not([hidden]) td.flip');
    expect(await isOpen(page)).toBe(true);
    expect(await titleOf(page)).toBe(first);
    const text = await ask<string>(page, "document.querySelector('dialog').innerText");
    expect(text).toContain(`"""${first}"""`);
    expect(text).toContain('line 4 of the test: assert candidate(');
    expect(text).toContain('first differing token: number 3');
    expect(text).toMatch(/alone [\d.]+ ms to the first token, [\d.]+ ms each further one/);
    expect(await page.$$('dialog .sides pre mark')).toHaveLength(2);
    const hash = new URL(page.url()).hash;
    const again = await open(SMALL, { hash });
    expect(await titleOf(again)).toBe(first);
    expect(await isOpen(again)).toBe(true);
    await again.close();
    await page.keyboard.press('Escape');
    await page.waitForFunction("!location.hash.includes('task')");
    expect(await isOpen(page)).toBe(false);
    await page.close();
  });

  test('j and k go from flip to flip, / goes to the search', async () => {
    const page = await open(SMALL);
    const flips = await ask<string[]>(
      page,
      "[...document.querySelectorAll('#matrix tbody tr:has(td.flip) th')].map((head) => head.innerText)",
    );
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await titleOf(page)).toBe(flips[1]);
    await page.keyboard.press('k');
    expect(await titleOf(page)).toBe(flips[0]);
    await page.keyboard.press('/');
    await page.waitForFunction("document.activeElement.type === 'search'");
    await page.keyboard.type('jk');
    expect(await shownTasks(page)).toEqual([]);
    await page.close();
  });

  test('the axes can be chosen', async () => {
    const page = await open(SMALL);
    const [, across] = await page.$$('#axes select');
    expect(await across?.select('file (MB)')).toEqual(['file (MB)']);
    const shown = await ask(
      page,
      "[...document.querySelectorAll('.pair:not([hidden]) figcaption')].map((one) => one.textContent)",
    );
    expect(shown).toEqual(['pass@1 (%) over file (MB)']);
    await page.close();
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 420],
  ])('an accessibility checker finds nothing, %s, %i pixels wide', async (scheme, width) => {
    const page = await open(SMALL);
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.setBypassCSP(true);
    await page.reload();
    for (const key of ['', 'j']) {
      if (key !== '') {
        await page.keyboard.press('j');
      }
      await page.evaluate(axe.source);
      const violations = await page.evaluate(
        // It is the checker's, in the page.
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))',
      );
      expect(violations).toEqual([]);
    }
    await page.close();
  });

  test.each(['light', 'dark'])('every text and every chart stands out, %s', async (scheme) => {
    const page = await open(SMALL);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.evaluate(
      "for (const one of document.querySelectorAll('details')) one.open = true; for (const one of document.querySelectorAll('.pair')) one.hidden = false;",
    );
    expect(await ask(page, FAINT)).toEqual([]);
    await page.keyboard.press('j');
    expect(await ask(page, FAINT)).toEqual([]);
    // What it finds where there is something to find.
    await page.evaluate("document.documentElement.style.setProperty('--soft', 'var(--paper)')");
    expect(await ask<unknown[]>(page, FAINT)).not.toEqual([]);
    await page.close();
  });

  test('2,000 tasks by 6 cells scroll to their end', async () => {
    const page = await open(await pageOf(bigRun({ cells: 6, tasks: 2_000 })));
    expect(await shownTasks(page)).toHaveLength(2_000);
    const isInSight = await ask(
      page,
      `(async () => {
        const last = [...document.querySelectorAll('#matrix tbody tr')].at(-1);
        last.scrollIntoView();
        await new Promise(requestAnimationFrame);
        const { bottom } = last.getBoundingClientRect();
        return bottom > 0 && bottom <= innerHeight;
      })()`,
    );
    expect(isInSight).toBe(true);
    await page.close();
  });

  test('no page said anything to the console, or asked for anything', () => {
    expect(said).toEqual([]);
  });
});
