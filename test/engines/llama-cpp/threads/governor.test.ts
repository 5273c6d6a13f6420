import { expect, test } from 'vitest';
import {
  type GovernorOptions,
  ThreadGovernor,
} from '../../../../src/engines/llama-cpp/threads/governor.ts';

interface Machine {
  readonly cores: number;
  /** Cores that others want at a time, in milliseconds. */
  readonly busy: (now: number) => number;
  /** What a pass takes with so many threads that all have a core. */
  readonly passMs: (tokens: number, threads: number) => number;
  /** How many times as long it takes where threads have none. */
  readonly slowness: number;
}

/** Computes in parallel as far as its threads go. */
const COMPUTE = { passMs: (tokens: number, threads: number) => (40 + 10 * tokens) / threads };
/** Reads the weights for as long as it takes, whatever the threads; prompts compute. */
const MEMORY = {
  passMs: (tokens: number, threads: number) => Math.max(100, (5 * tokens) / threads),
};
const TWO_CORES = { cores: 2, ...COMPUTE, slowness: 4 };

/** A governor at work on a machine that is played, by a clock of its own. */
class Play {
  now = 0;
  tokens = 0;
  readonly notes: number[] = [];
  readonly governor: ThreadGovernor;
  readonly #machine: Machine;
  #lookedAt = 0;
  #othersMs = 0;

  constructor(machine: Machine, options: Partial<GovernorOptions> = {}) {
    this.#machine = machine;
    this.governor = new ThreadGovernor({
      home: machine.cores,
      begin: machine.cores,
      cores: machine.cores,
      othersCores: () => this.#othersCores(),
      onFewer: (threads) => this.notes.push(threads),
      ...options,
    });
  }

  pass(tokens: number, extraMs = 0): void {
    const { cores, busy, passMs, slowness } = this.#machine;
    const { threads } = this.governor;
    const wanted = busy(this.now);
    const isCrowded = wanted > cores - threads;
    const ms = passMs(tokens, threads) * (isCrowded ? slowness : 1) + extraMs;
    // Where they share a core, others get half of what they want.
    this.#othersMs += (isCrowded ? (cores - threads + wanted) / 2 : wanted) * ms;
    this.now += ms;
    this.tokens += tokens;
    this.governor.passed({ of: '', tokens, ms });
  }

  /** Passes of so many tokens for some time; gives tokens a second. */
  run(tokens: number, forMs: number): number {
    const [start, before] = [this.now, this.tokens];
    while (this.now < start + forMs) {
      this.pass(tokens);
    }
    return ((this.tokens - before) * 1_000) / (this.now - start);
  }

  #othersCores(): number {
    const cores = this.#othersMs / (this.now - this.#lookedAt);
    this.#lookedAt = this.now;
    this.#othersMs = 0;
    return cores;
  }
}

test('alone on the machine all threads compute, all the time', () => {
  const play = new Play({ ...TWO_CORES, busy: () => 0.05 });
  play.run(16, 60_000);
  expect(play.governor.takeUse().map(({ threads }) => threads)).toEqual([2]);
  expect(play.notes).toEqual([]);
});

test('single slow passes do not count', () => {
  const play = new Play({ ...TWO_CORES, busy: () => 0 });
  for (let round = 0; round < 50; round += 1) {
    play.run(16, 2_000);
    play.pass(16, 600);
  }
  expect(play.governor.takeUse().map(({ threads }) => threads)).toEqual([2]);
});

test('beside a steady neighbour one thread computes most of the time, and that is said once', () => {
  const play = new Play({ ...TWO_CORES, busy: () => 1 });
  play.run(16, 120_000);
  const [most, other] = play.governor.takeUse();
  expect(most?.threads).toBe(1);
  expect((other?.ms ?? 0) / (most?.ms ?? 1)).toBeLessThan(0.1);
  expect(play.notes).toEqual([1]);
});

test('where one thread too many takes seconds, it is seldom tried', () => {
  const play = new Play({ ...TWO_CORES, slowness: 60, busy: () => 1 }, { begin: 1 });
  play.run(16, 300_000);
  const [most, other] = play.governor.takeUse();
  expect(most?.threads).toBe(1);
  expect((other?.ms ?? 0) / (most?.ms ?? 1)).toBeLessThan(0.1);
});

test('when the neighbour has gone all threads compute again at once', () => {
  const play = new Play({ ...TWO_CORES, busy: (now) => (now < 10_000 ? 1 : 0) });
  play.run(16, 12_000);
  expect(play.governor.threads).toBe(2);
});

test.each([
  ['bursts of a second', 1_000],
  ['bursts of 50 ms', 50],
])('beside %s it is about as fast as the best fixed count', (_name, on) => {
  const machine = { ...TWO_CORES, busy: (now: number) => (now % (2 * on) < on ? 1 : 0) };
  const fixed = [1, 2].map((threads) =>
    new Play(machine, { home: threads, begin: threads }).run(16, 60_000),
  );
  expect(new Play(machine).run(16, 60_000)).toBeGreaterThan(0.85 * Math.max(...fixed));
});

test('with sixteen cores of which three are busy, thirteen threads compute', () => {
  const play = new Play({ ...TWO_CORES, cores: 16, busy: () => 3 });
  play.run(64, 120_000);
  expect(play.governor.takeUse()[0]?.threads).toBe(13);
});

test('others on cores that are not ours change nothing', () => {
  const play = new Play({ ...TWO_CORES, cores: 16, busy: () => 7 }, { home: 8, begin: 8 });
  play.run(64, 60_000);
  expect(play.governor.takeUse().map(({ threads }) => threads)).toEqual([8]);
});

test('where fewer threads are no faster, as with memory the limit, all compute', () => {
  const play = new Play({ cores: 4, ...MEMORY, slowness: 1, busy: () => 1 });
  play.run(1, 120_000);
  expect(play.governor.takeUse()[0]?.threads).toBe(4);
});

test('prompts that take far longer than tokens are not mistaken for a neighbour', () => {
  const play = new Play({ cores: 4, ...MEMORY, slowness: 4, busy: () => 0 });
  for (let round = 0; round < 50; round += 1) {
    play.run(1, 3_000);
    play.run(512, 3_000);
  }
  expect(play.governor.takeUse().map(({ threads }) => threads)).toEqual([4]);
});

test('passes several times as slow count where the system does not show who works', () => {
  const machine = { ...TWO_CORES, busy: (now: number) => (now < 10_000 ? 0 : 1) };
  const play = new Play(machine, { othersCores: () => undefined });
  play.run(16, 60_000);
  play.governor.takeUse();
  play.run(16, 60_000);
  expect(play.governor.takeUse()[0]?.threads).toBe(1);
});

test('what the system does not show is over when all threads are fast again', () => {
  const machine = { ...TWO_CORES, busy: (now: number) => (now > 10_000 && now < 30_000 ? 1 : 0) };
  const play = new Play(machine, { othersCores: () => undefined });
  play.run(16, 90_000);
  play.governor.takeUse();
  play.run(16, 30_000);
  expect(play.governor.takeUse().map(({ threads }) => threads)).toEqual([2]);
});

test('a probe that found one thread faster beside others is where it begins', () => {
  const play = new Play({ ...TWO_CORES, busy: () => 1 }, { begin: 1 });
  expect(play.notes).toEqual([1]);
  play.pass(16);
  expect(play.governor.threads).toBe(1);
});
