import type { CommandModule } from 'yargs';
import { parseCompareOptions } from '../app/compare/options.ts';
import { marginFlags } from '../limits/index.ts';
import { renditionOfComparisons } from '../report/compare/rendition.ts';
import { FORMAT_FLAGS } from './flags.ts';
import type { Host, Outcome } from '../app/host.ts';
import { printReport } from '../app/report-output.ts';
import { runCompare } from '../app/compare/run.ts';

/** `evalkit compare A B`: what changed between two runs or cells, paired by task. */
export function compareCommand(
  host: Host,
  finish: (outcome: Outcome) => void,
): CommandModule<object, Record<string, unknown>> {
  return {
    command: 'compare <reference> [candidate]',
    describe: 'Compare runs, or cells of a run, task by task',
    builder: (yargs) =>
      yargs
        .positional('reference', {
          type: 'string',
          describe: 'RUN, RUN#cell or a baseline file; RUN alone compares its cells',
        })
        .positional('candidate', { type: 'string', describe: 'RUN or RUN#cell' })
        .options({
          ...marginFlags,
          ...FORMAT_FLAGS,
        })
        .example('$0 compare results/run', 'its cells with its reference cell')
        .example('$0 compare results/old results/new#tiny:q8_0/greedy', 'two runs'),
    handler: async (typed) => {
      const options = parseCompareOptions(typed, await host.section('compare', typed));
      const report = runCompare(options, host.cwd);
      await printReport(host, renditionOfComparisons(report), options);
      finish({ kind: 'done' });
    },
  };
}
