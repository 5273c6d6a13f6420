import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { oneOf, text } from '../../options/value-types.ts';
import { EXPORT_NAMES } from '../../report/exports/index.ts';

/** What `evalkit export` takes. */
export const exportOptions = commandOptions({
  options: declareOptions('Export', {
    run: { type: text, positional: true, required: true, help: "The run's folder" },
    to: { type: oneOf(EXPORT_NAMES), required: true, help: 'The tool whose files are written' },
    out: {
      type: text,
      alias: 'o',
      help: 'The folder that takes them',
      defaultText: "export in the run's folder",
      writes: 'folder',
    },
  }),
});

/** The options of `evalkit export`, checked, with defaults in place. */
export type ExportOptions = OptionsOf<typeof exportOptions>;
