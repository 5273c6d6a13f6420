import { checkEngineOptions, engineOptions } from '../../engines/index.ts';
import { latencyOptions } from '../../measures/latency/options.ts';
import { textOptions } from '../../measures/perplexity/options.ts';
import { modelOptions, quantizeFromOption } from '../../models/options.ts';
import { checkDecodeOptions } from '../../modes/check-options.ts';
import { modeOf } from '../../modes/index.ts';
import { decodeOptions } from '../../modes/options.ts';
import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { flag, oneOf, text } from '../../options/value-types.ts';
import { MODE_NAMES } from '../../records/decode.ts';
import { STAGES } from '../../records/stage.ts';
import { sandboxOptions } from '../../sandbox/options.ts';
import { checkTaskOptions, taskOptions } from '../../suites/options.ts';
import { formatOptions } from '../../report/options.ts';
import { refuseIdleEngineOptions } from '../idle-engine-options.ts';
import { folderOptions, notRunOption, offlineOption } from '../common-options.ts';
import { shardOption } from '../shard.ts';
import { testSeedOption } from '../test-seed.ts';
import { gateDecisionOptions } from '../gate/options.ts';

const ownOptions = declareOptions('Gate', {
  noiseFloor: {
    type: flag,
    help: 'Run the reference again at another batch size',
    default: false,
    needs: {
      option: 'decode',
      is: MODE_NAMES.filter((name) => !modeOf(name).draws),
      why: 'whose completions differ anyway',
    },
  },
  gate: {
    type: flag,
    help: 'Decide on the run when it is done, as evalkit gate does',
    default: false,
    needs: { option: 'shard', unset: true, why: 'which is no whole run: gate the merged one' },
  },
  sequential: {
    type: flag,
    help: 'With --gate --baseline: stop a cell once its verdict is certain',
    default: false,
    needs: [
      { option: 'gate' },
      { option: 'baseline', why: 'with which completions are compared as they come' },
    ],
  },
  spendError: {
    type: flag,
    help: 'With --sequential: also stop where looks that share the 5 % of error show enough',
    default: false,
    needs: { option: 'sequential' },
  },
});

const replayOption = declareOptions('Run', {
  replay: {
    type: text,
    help: 'The cell whose completions the others read along with, auto, or off',
    defaultText: 'auto with --gate, else off',
  },
});

const stageOption = declareOptions('Run', {
  only: {
    type: oneOf(STAGES),
    help: 'Do one stage of the run in --out: generate (no sandbox), judge, or measure times and perplexity',
    needs: [
      { option: 'out', why: 'where the stages meet' },
      { option: 'gate', unset: true, why: 'which needs all stages: gate the finished run' },
    ],
  },
});

const perplexityOption = declareOptions('Perplexity', {
  perplexity: {
    type: flag,
    help: 'Measure perplexity too',
    defaultText: 'where its text is available',
  },
});

const dryRunOption = declareOptions('Run', {
  dryRun: {
    type: flag,
    help: 'Print the plan, what is missing and how long it is likely to take; fetch and keep nothing',
    default: false,
  },
});

/** What `evalkit humaneval` takes. */
export const humanevalOptions = commandOptions({
  config: 'section',
  options: {
    ...modelOptions,
    ...quantizeFromOption,
    ...decodeOptions,
    ...taskOptions,
    ...latencyOptions,
    ...perplexityOption,
    ...textOptions,
    ...engineOptions.completions,
    ...sandboxOptions,
    ...testSeedOption,
    ...ownOptions,
    ...replayOption,
    ...gateDecisionOptions,
    ...folderOptions('results/<name>-<plan>'),
    ...shardOption,
    ...stageOption,
    ...dryRunOption,
    ...notRunOption,
    ...offlineOption,
    ...formatOptions,
  },
  check: (options, said) => {
    checkTaskOptions(options);
    checkDecodeOptions(options, options.sample === undefined ? [] : ['seed']);
    checkEngineOptions(options);
    refuseIdleEngineOptions(options, said);
  },
});

/** The options of `evalkit humaneval`, checked, with defaults in place. */
export type HumanevalOptions = OptionsOf<typeof humanevalOptions>;
