import { z } from 'zod';
import type { ScoringCapability } from '../capabilities.ts';
import type { ScoreOptions, ScoreStats, ScoreWindow, WindowScores } from '../scoring.ts';
import type { Scoring } from './dialects/dialect.ts';
import { wholeJson } from './event-stream.ts';
import type { Identified } from './identify.ts';
import type { ReplicaServer } from './replica.ts';
import { ServerTrouble } from './trouble.ts';

/** Scores windows of tokens by asking a server, one window after the other. */
export function scoringOf(
  replica: ReplicaServer,
  { server }: Identified,
  scoring: Scoring,
): ScoringCapability {
  const scoreOne = (window: ScoreWindow, top: number, signal: AbortSignal): Promise<WindowScores> =>
    replica.ask(async () => {
      const { connection } = replica;
      const question = scoring.question(window, { model: server.model.id, top });
      const answer = await wholeJson(connection.url, await connection.ask({ ...question, signal }));
      return read(connection.url, () => scoring.read(answer, window, top));
    });
  return {
    async score({ windows, top, onResult, onTokens, signal }: ScoreOptions): Promise<ScoreStats> {
      const start = performance.now();
      let tokens = 0;
      for (const window of windows) {
        const own = window.follow === undefined ? top : 0;
        const scores = await scoreOne(window, own, signal);
        await replica.verify();
        tokens += scores.logProbs.length;
        onResult(scores);
        onTokens?.(tokens);
      }
      return { wallMs: performance.now() - start, tokens };
    },
  };
}

function read(url: string, act: () => WindowScores): WindowScores {
  try {
    return act();
  } catch (error) {
    if (error instanceof z.ZodError) {
      throw new ServerTrouble('broken', `${url} sent scores of another form than its protocol's`);
    }
    throw error instanceof ServerTrouble
      ? new ServerTrouble(error.kind, `${url} ${error.message}`)
      : error;
  }
}
