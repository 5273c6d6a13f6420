import { enginePythonOption } from '../../environments/options.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { sandboxOptions } from '../../sandbox/options.ts';
import { dataOption } from '../../suites/options.ts';
import { listingOptions } from '../../report/options.ts';
import { offlineOption } from '../common-options.ts';

const { data } = dataOption;

/** What `evalkit doctor` takes. */
export const doctorOptions = commandOptions({
  config: 'section',
  options: { data, ...sandboxOptions, ...enginePythonOption, ...offlineOption, ...listingOptions },
});

/** The options of `evalkit doctor`, checked, with defaults in place. */
export type DoctorOptions = OptionsOf<typeof doctorOptions>;
