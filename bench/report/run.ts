/*
 * Writes the report's page for runs of two sizes, opens it in Chromium, and says what it weighs, how long
 * it took to write and until its first paint. Makes the screenshots that people look at before a release:
 * of that page wide, narrow, dark, printed and with a task open, and whole pages of every other kind.
 *
 *     node bench/report/run.ts OUT      # a folder for pages and pictures
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { renditionOfRun } from '../../src/report/humaneval/rendition.ts';
import { summarize } from '../../src/report/humaneval/summary.ts';
import { render } from '../../src/report/index.ts';
import { bigRun } from '../../test/fixtures/big-run.ts';
import { openBrowser } from '../../test/fixtures/browser.ts';
import { otherPages } from './other-pages.ts';

const out = resolve(process.argv[2] ?? 'results/report-pages');
mkdirSync(out, { recursive: true });

const SHOTS = [
  { name: 'wide', width: 1280, scheme: 'light', hash: '' },
  { name: 'narrow', width: 420, scheme: 'light', hash: '' },
  { name: 'narrow-task', width: 420, scheme: 'light', hash: '#show=flipped&task=Test%2F3' },
  { name: 'dark', width: 1280, scheme: 'dark', hash: '' },
  { name: 'dark-task', width: 1280, scheme: 'dark', hash: '#show=flipped&task=Test%2F3' },
  { name: 'task', width: 1280, scheme: 'light', hash: '#show=flipped&task=Test%2F3' },
] as const;

const browser = await openBrowser();
try {
  for (const [cells, tasks] of [
    [2, 164],
    [4, 164],
    [6, 2_000],
  ] as const) {
    const path = await writePage(cells, tasks);
    process.stdout.write(`  first paint ${await firstPaint(browser, path)} ms\n`);
    if (cells === 4) {
      await takeShots(browser, path);
    }
  }
  for (const name of await otherPages(out)) {
    const page = await open(browser, join(out, `${name}.html`), 1280);
    await page.screenshot({ path: join(out, `${name}.png`), fullPage: true });
    await page.close();
  }
} finally {
  await browser.close();
}

async function writePage(cells: number, tasks: number): Promise<string> {
  const records = bigRun({ cells, tasks });
  const rendition = renditionOfRun({ records, report: summarize(records) });
  const before = process.cpuUsage();
  const began = performance.now();
  const { text } = await render(rendition, 'html');
  const ms = Math.round(performance.now() - began);
  const used = process.cpuUsage(before);
  const cpuMs = Math.round((used.user + used.system) / 1_000);
  const path = join(out, `page-${cells}x${tasks}.html`);
  writeFileSync(path, text);
  process.stdout.write(
    `${cells} cells × ${tasks} tasks: ${text.length} bytes, drawn in ${ms} ms, ${cpuMs} ms of CPU\n`,
  );
  return path;
}

/** Milliseconds until the first content is painted, the median of five. */
async function firstPaint(chromium: Browser, path: string): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < 5; index += 1) {
    const page = await open(chromium, path, 1280);
    times.push(
      Number(
        await page.evaluate(
          "new Promise((done) => new PerformanceObserver((list) => done(list.getEntriesByName('first-contentful-paint')[0].startTime)).observe({ type: 'paint', buffered: true }))",
        ),
      ),
    );
    await page.close();
  }
  return Math.round(times.toSorted((one, other) => one - other)[2] ?? 0);
}

async function open(chromium: Browser, path: string, width: number, hash = ''): Promise<Page> {
  const page = await chromium.newPage();
  await page.setViewport({ width, height: 900 });
  await page.goto(`${pathToFileURL(path).href}${hash}`);
  return page;
}

async function takeShots(chromium: Browser, path: string): Promise<void> {
  for (const { name, width, scheme, hash } of SHOTS) {
    const page = await open(chromium, path, width, hash);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.screenshot({ path: join(out, `${name}.png`), fullPage: hash === '' });
    await page.close();
  }
  const page = await open(chromium, path, 1280);
  await page.pdf({ path: join(out, 'print.pdf'), format: 'A4' });
  await page.emulateMediaType('print');
  await page.screenshot({ path: join(out, 'print.png') });
  await page.close();
}
