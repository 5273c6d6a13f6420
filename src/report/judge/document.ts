import { counted } from '../../records/counted.ts';
import type { JudgeReport } from '../../records/judge-report.ts';
import type { ReportDocument } from '../words/document.ts';
import { nameInPart, partsOrWhole } from '../words/parts.ts';
import { commandFacts, type Origin } from '../words/origin.ts';
import { datasetText, machineText, percent, sandboxText } from '../words/words.ts';
import { shardText } from '../../records/shard.ts';
import { mergedFacts, mergedWarnings, shardWarning } from '../words/shards.ts';
import { missingPackageWarnings, RESOURCE_LIMITS_ONLY } from '../words/warnings.ts';

/** Puts the verdicts on a file of samples in words. */
export function describeJudge(report: JudgeReport, origin: Origin): ReportDocument {
  const { dataset, causes, unsupported, output, versions, sandbox } = report;
  return {
    title: `${dataset.name}: ${partText(report)} of ${dataset.judged} of ${dataset.tasks} tasks${statusText(report)}`,
    table: [
      ['verdict', 'samples'],
      ...Object.entries(causes).map(([cause, count]) => [cause, String(count)]),
    ],
    sections: [
      {
        heading: 'pass rates',
        facts: partsOrWhole({ passAtK: report.passAtK }, report.parts).flatMap(
          ([part, { passAtK }]) =>
            Object.entries(passAtK).map(
              ([k, figure]) => [nameInPart(`pass@${k}`, part), passAtKText(figure)] as const,
            ),
        ),
      },
      {
        heading: 'run',
        facts: [
          ['data set', `${datasetText(dataset)}, sha256 ${dataset.sha256}`],
          ['results', output],
          ...mergedFacts(report.merged),
          ['sandbox', `${sandboxText(sandbox)}, ${versions.runtime}`],
          ...(report.testSeed === undefined ? [] : [['test seed', report.testSeed] as const]),
          [
            'versions',
            `evalkit ${versions.evalkit}, Node ${versions.node}, ${versions.runtime}, ${versions.grader}${versions.extraction === undefined ? '' : `, ${versions.extraction}`}`,
          ],
          ['machine', machineText(origin.fingerprint)],
          ...commandFacts(origin),
          ...unsupported.map(
            ({ taskId, reason }) => ['unsupported', `${taskId}: ${reason}`] as const,
          ),
        ],
      },
    ],
    warnings: judgeWarnings(report),
  };
}

function partText({ samples, shard }: JudgeReport): string {
  return shard === undefined
    ? counted(samples, 'sample')
    : `${shardText(shard)}, ${shard.samples} of ${counted(samples, 'sample')},`;
}

function statusText({ status }: JudgeReport): string {
  return status === 'shard' ? '' : `, ${status}`;
}

/** What a reader must know before trusting a figure, each with its remedy. */
export function judgeWarnings(report: JudgeReport): string[] {
  const { dataset, infrastructure, sandbox } = report;
  const { shard, samples } = report;
  const warnings: string[] = mergedWarnings(report.merged);
  if (shard !== undefined) {
    warnings.push(shardWarning(shard, `${shard.samples} of ${counted(samples, 'sample')}`));
  } else if (dataset.judged < dataset.tasks) {
    warnings.push(
      `${dataset.tasks - dataset.judged} of ${dataset.tasks} tasks have no verdict; not comparable with a figure for the whole of ${dataset.name}`,
    );
  }
  if (infrastructure > 0) {
    warnings.push(
      `${counted(infrastructure, 'sample has', 'samples have')} no verdict because of a failure that is not theirs; rerun the same command to resume`,
    );
  }
  warnings.push(...missingPackageWarnings(report.missingPackages ?? {}));
  if (sandbox.level === 'L1') {
    warnings.push(RESOURCE_LIMITS_ONLY);
  }
  return warnings;
}

function passAtKText(figure: JudgeReport['passAtK'][string]): string {
  if ('notRun' in figure) {
    return `n/a (${figure.notRun})`;
  }
  const { estimate, ci95, tasks } = figure;
  return `${percent(estimate)} (95 % interval ${percent(ci95[0])} to ${percent(ci95[1])}, ${counted(tasks, 'task')})`;
}
