import { sha256Json } from '../../records/hash.ts';
import type { PerplexityHeader, PerplexityPlan } from '../../records/perplexity.ts';
import { takeFingerprint } from '../fingerprint.ts';
import type { Host } from '../host.ts';

/** The header of scores that begin now on this machine. */
export function makeHeader(plan: PerplexityPlan, host: Host): PerplexityHeader {
  return {
    version: 2,
    kind: 'perplexity',
    evalkit: host.evalkitVersion,
    planHash: sha256Json(plan),
    plan,
    fingerprint: takeFingerprint({ node: host.nodeVersion }),
    startedAt: new Date().toISOString(),
  };
}
