import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bigRun } from '../../fixtures/big-run.ts';
import { CHROMIUM } from '../../fixtures/browser.ts';
import { runCli } from '../../fixtures/cli.ts';
import { HOSTILE_TEXTS, hostileRun, namedRun } from '../../fixtures/hostile-run.ts';
import { ask, isOpen, pageOf, shownTasks, useBrowser } from '../../fixtures/pages.ts';
import { storeRun } from '../../fixtures/stored-run.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

describe.skipIf(CHROMIUM === undefined)('hostile texts in Chromium', () => {
  const { open, said } = useBrowser();

  test('nothing of what models wrote runs, becomes markup, or steers the eye', async () => {
    const text = await pageOf(hostileRun());
    expect(text).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/u);
    expect(text).not.toMatch(/[^\P{Cc}\n\t]/u);
    const page = await open(text);
    let alerts = 0;
    page.on('dialog', (dialog) => {
      alerts += 1;
      void dialog.dismiss();
    });
    const ids = hostileRun().header.plan.dataset.taskIds;
    for (const index of ids.keys()) {
      await page.evaluate(`document.querySelectorAll('#matrix th button')[${index}].click()`);
    }
    expect(alerts).toBe(0);
    expect(await ask(page, '[...document.scripts].map(({ type }) => type)')).toEqual([
      'application/json',
      'module',
    ]);
    expect(await page.$$('img, iframe, object, embed, link, a[href], base, form')).toHaveLength(0);
    expect(await page.$$('[onload], [onerror], [onclick]')).toHaveLength(0);
    const shown = await ask(page, "document.querySelector('dialog').textContent");
    expect(shown).toContain('(cut: 200000 characters in all)');
    expect(HOSTILE_TEXTS.huge).toHaveLength(200_000);
    await page.close();
  });

  test.each(Object.keys(HOSTILE_TEXTS) as (keyof typeof HOSTILE_TEXTS)[])(
    'a text of kind %s as every name of a run stands there as text alone',
    async (kind) => {
      const text = await pageOf(namedRun(HOSTILE_TEXTS[kind]));
      expect(text).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/u);
      expect(text).not.toMatch(/[^\P{Cc}\n\t]/u);
      const page = await open(text);
      let alerts = 0;
      page.on('dialog', (dialog) => {
        alerts += 1;
        void dialog.dismiss();
      });
      expect(await ask(page, '[...document.scripts].map(({ type }) => type)')).toEqual([
        'application/json',
        'module',
      ]);
      await page.keyboard.press('j');
      expect(await isOpen(page)).toBe(true);
      expect(await page.$$('img, iframe, object, embed, link, a[href], base, form')).toHaveLength(
        0,
      );
      expect(await page.$$('[onload], [onerror], [onclick]')).toHaveLength(0);
      expect(await ask(page, 'document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      expect(alerts).toBe(0);
      await page.close();
    },
  );

  test.each(['compare', 'gate'])('nor does it in the page of %s', async (command) => {
    const cwd = temporaryFolder();
    const { script, xml, attribute, bidi, controls } = HOSTILE_TEXTS;
    const name = [script, xml, attribute, bidi, controls].join('');
    storeRun(join(cwd, 'run'), namedRun(name));
    const words = [command, 'run', '--format', 'html', '--output', 'page.html'];
    const { stderr } = await runCli(words, { cwd, env: {} });
    expect(stderr).toBe('');
    const text = readFileSync(join(cwd, 'page.html'), 'utf8');
    expect(text).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/u);
    const page = await open(text);
    await page.keyboard.press('j');
    expect(await isOpen(page)).toBe(true);
    expect(await page.$$('img, iframe, object, embed, link, a[href], base, form')).toHaveLength(0);
    expect(await page.$$('[onload], [onerror], [onclick]')).toHaveLength(0);
    expect(await ask(page, "[...document.querySelectorAll('h3')].length")).toBeGreaterThan(0);
    await page.close();
  });

  test('a completion of one line of a megabyte leaves the page as wide and as quick to use as any', async () => {
    const run = bigRun({ cells: 2, tasks: 20 });
    const long = 'x'.repeat(1_000_000);
    const text = await pageOf({
      ...run,
      completions: run.completions.map((one) => ({ ...one, text: long })),
      verdicts: run.verdicts.map((one) =>
        one.outcome.kind === 'failed' ? { ...one, outcome: { ...one.outcome, detail: long } } : one,
      ),
    });
    expect(text.length).toBeLessThan(1_000_000);
    const page = await open(text);
    await page.click('#matrix tbody td.failed');
    expect(await isOpen(page)).toBe(true);
    expect(await ask(page, "document.querySelector('dialog').textContent")).toContain(
      '(cut: 1000000 characters in all)',
    );
    expect(
      await ask(
        page,
        "[...document.querySelectorAll('dialog, pre')].every((one) => one.scrollWidth <= one.clientWidth)",
      ),
    ).toBe(true);
    await page.keyboard.press('/');
    await page.keyboard.type('x'.repeat(50));
    expect(await shownTasks(page)).toHaveLength(20);
    await page.close();
  });

  test('no page said anything to the console, or asked for anything', () => {
    expect(said).toEqual([]);
  });
});
