import { counted } from '../../records/counted.ts';
import prettyBytes from 'pretty-bytes';
import {
  type Conversion,
  type Provenance,
  type Weights,
  weightBytes,
} from '../../records/model.ts';
import type { EngineIdentity } from '../../records/plan.ts';
import type { Report } from '../../records/report.ts';
import type { Fingerprint } from '../../records/fingerprint.ts';

/** What weights are, in half a line: name, size where it is known, sha256. */
export function weightsText(weights: Weights): string {
  const where =
    weights.kind === 'endpoint'
      ? `at ${[weights.url, ...(weights.replicas ?? [])].join(' and ')}`
      : prettyBytes(weights.bytes);
  return `${weights.name}, ${where}, sha256 ${weights.sha256}`;
}

/** Bytes of weights as text; those that a server holds are not known. */
export function sizeText(weights: Weights): string {
  const bytes = weightBytes(weights);
  return bytes === undefined ? 'unknown' : prettyBytes(bytes);
}

/** An engine with its versions, as `llama-cpp 3.22.1+schedule.3 (llama.cpp v0.5.0)`. */
export function engineText({ name, version, versions }: EngineIdentity): string {
  const parts = Object.entries(versions).map((part) => part.join(' '));
  return `${name} ${version}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
}

/** A machine in half a line: processor, memory, system. */
export function machineText(machine: Fingerprint): string {
  const { cpu, cores, memoryBytes, platform, kernel, arch } = machine;
  return `${cpu}, ${counted(cores, 'core')}, ${prettyBytes(memoryBytes, { binary: true })}, ${platform} ${kernel} ${arch}`;
}

/** A share as `61.6 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** A share with all its digits, as `97.5 %`: for what somebody chose. */
export function exactPercent(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`;
}

/** Nats a token, as `0.0123`. */
export function nats(value: number): string {
  return value.toFixed(4);
}

/** A share as percentage points, as `4.9 points`. */
export function points(share: number): string {
  return `${(share * 100).toFixed(2)} points`;
}

/** A difference of shares with its sign, as `-1.83 points`. */
export function signedPoints(share: number): string {
  return `${share > 0 ? '+' : ''}${points(share)}`;
}

/** A ratio as `0.530`. */
export function threePlaces(ratio: number): string {
  return ratio.toFixed(3);
}

/** A p value; a tiny one as a bound, since its digits mean nothing. */
export function pText(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p.toFixed(4);
}

/** An interval as `0.9 to 1.1`; `null` where too few units were drawn for one. */
export function interval(
  ci95: readonly [number, number] | null,
  text: (value: number) => string,
): string {
  return ci95 === null ? 'n/a' : `${text(ci95[0])} to ${text(ci95[1])}`;
}

/** Counts as `assertion 40, timeout 2`. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  return entries.length === 0
    ? 'none'
    : entries.map(([name, count]) => `${name} ${count}`).join(', ');
}

/** A sandbox in half a line: level, mechanisms, limits, what samples may use, and why it is no higher level. */
export function sandboxText(sandbox: Report['sandbox']): string {
  const { level, mechanisms, missed, allowed, timeoutMs, memoryBytes } = sandbox;
  const parts = [
    mechanisms.length === 0 ? level : `${level} (${mechanisms.join(', ')})`,
    `${timeoutMs} ms and ${prettyBytes(memoryBytes, { binary: true })} a sample`,
    allowed,
  ];
  return [...parts, ...missed.map((reason) => `not ${reason}`)].join('; ');
}

/** A data set as `HumanEval, suite humaneval 1.0`. */
export function datasetText({ name, suite }: Pick<Report['dataset'], 'name' | 'suite'>): string {
  return `${name}, suite ${suite.name} ${suite.version}`;
}

/** Where weights come from, in half a line. */
export function provenanceText(provenance: Provenance): string {
  switch (provenance.kind) {
    case 'published':
      return `published: ${provenance.repo} at ${provenance.revision}, from ${provenance.via}`;
    case 'local':
      return 'local: a file whose history is unknown';
    case 'unpacked': {
      const { from, tool } = provenance;
      return `unpacked from ${from.quantization}, no value changed, by ${tool}: ${from.name}, ${prettyBytes(from.bytes)}, sha256 ${from.sha256}`;
    }
    case 'converted':
      return `${conversionText(provenance)}; ${provenance.checks.join('; ')}`;
    case 'served':
      return 'served: what the weights are is known from their server alone';
    case 'quantized':
    case 'requantized': {
      const { from, tool, imatrix } = provenance;
      const lossy = provenance.kind === 'requantized' ? ' (already quantized: lossy)' : '';
      return `${provenance.kind} from ${from.quantization}${lossy} by ${tool}: ${from.name}, ${prettyBytes(from.bytes)}, sha256 ${from.sha256}${imatrix === undefined ? '' : `; weighed by the importance matrix ${imatrix.name}, sha256 ${imatrix.sha256}`}${from.converted === undefined ? '' : `; that file was ${conversionText(from.converted)}`}`;
    }
  }
}

function conversionText({ from, tool }: Conversion): string {
  const at = from.revision === undefined ? '' : ` at ${from.revision}`;
  return `converted from the safetensors of ${from.name}${at} (${prettyBytes(from.bytes)}, sha256 ${from.sha256}) by ${tool}`;
}
