import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { usageError } from '../../records/error.ts';
import type { PerplexityHeader } from '../../records/perplexity.ts';
import type { Incident } from '../../records/verdict.ts';
import { lockFolder } from '../../store/lock-folder.ts';
import { planDifference } from '../../store/plan-difference.ts';
import { createRunFolder, RUN_FILES } from '../../store/run-folder.ts';
import {
  openIncidents,
  readScores,
  removeScores,
  SCORE_FILES,
  ScoreStore,
} from '../../store/score-store.ts';

/**
 * Opens a folder of scores, or begins it, and scores what is owed. A folder of another plan is a usage
 * error that names the first difference, unless `fresh`, which deletes those scores.
 */
export async function scoreInFolder(
  folder: string,
  options: {
    readonly header: PerplexityHeader;
    readonly fresh: boolean;
    readonly run: (store: ScoreStore, addIncident: (incident: Incident) => void) => Promise<void>;
  },
): Promise<void> {
  createRunFolder(folder, SCORE_FILES.header);
  if (existsSync(join(folder, RUN_FILES.header))) {
    throw usageError(`${folder} holds a run of evalkit humaneval; choose another --out`);
  }
  const release = await lockFolder(folder);
  try {
    if (options.fresh) {
      removeScores(folder);
    }
    refuseOtherPlan(folder, options.header);
    using store = await ScoreStore.open(folder, options.header);
    using incidents = openIncidents(folder);
    await options.run(store, (incident) => incidents.append(incident));
  } finally {
    await release();
  }
}

function refuseOtherPlan(folder: string, header: PerplexityHeader): void {
  const found = readScores(folder);
  if (found.kind === 'scored' && found.header.planHash !== header.planHash) {
    throw usageError(
      `${folder} holds scores of other settings: ${planDifference(found.header.plan, header.plan)}; choose another --out, or --fresh to replace them`,
    );
  }
}
