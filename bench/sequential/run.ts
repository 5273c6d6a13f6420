import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { certainVerdict } from '../../src/gate/curtail.ts';
import { lostToFail, passesAt, scoresToPass } from '../../src/metrics/error-spending.ts';
import { mcnemarTest } from '../../src/metrics/mcnemar.ts';
import { tangoBounds } from '../../src/metrics/tango.ts';

/*
 * What stopping early saves, in simulation: node bench/sequential/run.ts [RUNS]. Candidates of 164 tasks
 * by their chances to lose and to gain one; looks after every 16, margin 5 points, 95 % confidence.
 */

const TASKS = 164;
const MARGIN = 0.05;
const ERROR = 0.05;
const REFERENCE = 0.6;
const LOOKS = [...Array.from({ length: 10 }, (_, look) => 16 * (look + 1)), TASKS];
const CANDIDATES = [
  ['as good, nearly the same', 0.01, 0.01],
  ['as good, other answers', 0.04, 0.04],
  ['middling: 4 points worse', 0.07, 0.03],
  ['at the margin: 5 points worse', 0.08, 0.03],
  ['bad: 10 points worse', 0.13, 0.03],
  ['very bad: 25 points worse', 0.27, 0.02],
] as const;

const random = xoroshiro128plus(20_261_127);
const chance = (): number => uniformInt(random, 0, 2 ** 31 - 1) / 2 ** 31;

type Ended = readonly [verdict: 'pass' | 'fail' | 'inconclusive', tasks: number];
type Side = readonly boolean[];

function draw(lose: number, gain: number): readonly [reference: Side, candidate: Side] {
  const pairs = Array.from({ length: TASKS }, () => {
    const value = chance();
    // Of those that do not flip, as many pass as bring the reference to its rate.
    const same = chance() < (REFERENCE - lose) / (1 - lose - gain);
    return value < lose ? [true, false] : value < lose + gain ? [false, true] : [same, same];
  });
  return [pairs.map(([one]) => one === true), pairs.map(([, other]) => other === true)];
}

function countsAt([reference, candidate]: readonly [Side, Side], pairs: number) {
  const flips = reference.slice(0, pairs).map((one, task) => Number(one) - Number(candidate[task]));
  return {
    pairs,
    lost: flips.filter((flip) => flip > 0).length,
    gained: flips.filter((flip) => flip < 0).length,
  };
}

type Counts = ReturnType<typeof countsAt>;
const isOver = ({ pairs, lost, gained }: Counts): boolean => (lost - gained) / pairs > MARGIN;

function atTheEnd(counts: Counts): Ended[0] {
  if (tangoBounds(counts, 1 - ERROR).upper < MARGIN) {
    return 'pass';
  }
  return isOver(counts) && mcnemarTest(counts.lost, counts.gained).worse <= ERROR
    ? 'fail'
    : 'inconclusive';
}

const countOf = (passed: boolean) => ({ samples: 1, passed: Number(passed) });

const RULES: Readonly<Record<string, (sides: readonly [Side, Side]) => Ended>> = {
  'all tasks': (sides) => [atTheEnd(countsAt(sides, TASKS)), TASKS],
  curtailment: (sides) => {
    const [reference, candidate] = sides.map((side) =>
      side.map((passed, task) => [String(task), countOf(passed)] as const),
    );
    for (const seen of LOOKS.slice(0, -1)) {
      const verdict = certainVerdict({
        reference: new Map(reference),
        candidate: new Map(candidate?.slice(0, seen)),
        samples: 1,
        limits: { maxDrop: MARGIN, confidence: 1 - ERROR },
        cells: 1,
      });
      if (verdict !== undefined) {
        return [verdict, seen];
      }
    }
    return [atTheEnd(countsAt(sides, TASKS)), TASKS];
  },
  spending: (sides) => {
    const looks = LOOKS.map((seen) => countsAt(sides, seen));
    const fails = lostToFail(
      looks.map(({ pairs, lost, gained }) => ({ tasks: pairs, flips: lost + gained })),
      { tasks: TASKS, error: ERROR },
    );
    for (const [index, counts] of looks.entries()) {
      if (passesAt(counts, MARGIN, PASSES[index] ?? -Infinity)) {
        return ['pass', counts.pairs];
      }
      if (counts.lost >= (fails[index] ?? Infinity) && isOver(counts)) {
        return ['fail', counts.pairs];
      }
    }
    return ['inconclusive', TASKS];
  },
};

const PASSES = scoresToPass(LOOKS, { margin: MARGIN, error: ERROR });
const runs = Number(process.argv[2] ?? 2000);
print('| candidate | rule | pass | fail | inconclusive | tasks, mean |\n|---|---|---|---|---|---|');
for (const [name, lose, gain] of CANDIDATES) {
  const drawn = Array.from({ length: runs }, () => draw(lose, gain));
  for (const [rule, decide] of Object.entries(RULES)) {
    const ended = drawn.map(decide);
    const share = (verdict: Ended[0]): string =>
      `${((100 * ended.filter(([one]) => one === verdict).length) / runs).toFixed(1)} %`;
    const mean = ended.reduce((sum, [, tasks]) => sum + tasks, 0) / runs;
    print(
      `| ${name} | ${rule} | ${share('pass')} | ${share('fail')} | ${share('inconclusive')} | ${mean.toFixed(0)} |`,
    );
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
