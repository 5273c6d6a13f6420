import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { oneOf, text, webAddress } from '../../options/value-types.ts';
import { EXPORT_NAMES } from '../../report/exports/index.ts';

/** The tool that takes runs through a server, not as files. */
export const MLFLOW = 'mlflow';

/** What `evalkit export` takes. */
export const exportOptions = commandOptions({
  options: declareOptions('Export', {
    run: { type: text, positional: true, required: true, help: "The run's folder" },
    to: {
      type: oneOf([...EXPORT_NAMES, MLFLOW]),
      required: true,
      help: 'The tool that takes it: lm-eval as files, mlflow on its tracking server',
    },
    out: {
      type: text,
      alias: 'o',
      help: 'The folder that takes them',
      defaultText: "export in the run's folder",
      writes: 'folder',
      needs: { option: 'to', is: EXPORT_NAMES },
    },
    server: {
      type: webAddress,
      help: 'With --to mlflow: the tracking server, as http://127.0.0.1:5000',
      defaultText: 'MLFLOW_TRACKING_URI',
      flagOnly: 'figures would go wherever it says',
      needs: { option: 'to', is: [MLFLOW] },
    },
    experiment: {
      type: text,
      help: 'With --to mlflow: the experiment that takes the runs, made where there is none of that name',
      defaultText: "evalkit and the suite's name, as evalkit-humaneval",
      needs: { option: 'to', is: [MLFLOW] },
    },
  }),
});

/** The options of `evalkit export`, checked, with defaults in place. */
export type ExportOptions = OptionsOf<typeof exportOptions>;
