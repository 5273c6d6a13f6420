import type { Fingerprint } from '../../records/fingerprint.ts';
import type { ReportDocument } from './document.ts';
import { machineText } from './words.ts';

/** Where, when, with what and by which command a run was begun: the same words in every kind of header. */
export interface Origin {
  readonly startedAt: string;
  readonly evalkit: string;
  readonly fingerprint: Fingerprint;
  /** Absent in older runs, and where none was typed. */
  readonly command?: string | undefined;
}

/** Of what a report says nothing else: the machine, the software, the command. */
export function originSection(origin: Origin): ReportDocument['sections'][number] {
  const { evalkit, fingerprint } = origin;
  const { node, runtime } = fingerprint;
  const versions = [
    `evalkit ${evalkit}`,
    `Node ${node}`,
    ...(runtime === undefined ? [] : [runtime]),
  ];
  return {
    heading: 'where it ran',
    facts: [
      ['machine', machineText(fingerprint)],
      ['versions', versions.join(', ')],
      ...commandFacts(origin),
    ],
  };
}

/** The command that makes it again, where it is known. */
export function commandFacts({
  command,
}: Pick<Origin, 'command'>): (readonly [label: string, value: string])[] {
  return command === undefined ? [] : [['to make it again', command]];
}
