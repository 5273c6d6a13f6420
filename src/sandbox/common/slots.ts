interface Waiting {
  readonly wantsAll: boolean;
  readonly start: (slots: readonly number[]) => void;
}

/** A fixed number of places to work in, and turns at having them all to oneself. First come, first served. */
export class Slots {
  readonly #size: number;
  readonly #free: number[];
  readonly #waiting: Waiting[] = [];

  constructor(size: number) {
    this.#size = size;
    this.#free = Array.from({ length: size }, (_, slot) => slot);
  }

  /** Runs `work` in a free place, numbered from 0, once there is one. */
  async withOne<T>(work: (slot: number) => Promise<T>): Promise<T> {
    return this.#with(false, ([slot = 0]) => work(slot));
  }

  /** Runs `work` while nothing else runs. */
  async withAll<T>(work: () => Promise<T>): Promise<T> {
    return this.#with(true, work);
  }

  async #with<T>(wantsAll: boolean, work: (slots: readonly number[]) => Promise<T>): Promise<T> {
    const slots = await new Promise<readonly number[]>((start) => {
      this.#waiting.push({ wantsAll, start });
      this.#startWaiting();
    });
    try {
      return await work(slots);
    } finally {
      this.#free.push(...slots);
      this.#free.sort((a, b) => a - b);
      this.#startWaiting();
    }
  }

  #startWaiting(): void {
    let next = this.#waiting[0];
    while (next !== undefined && this.#free.length >= (next.wantsAll ? this.#size : 1)) {
      this.#waiting.shift();
      next.start(this.#free.splice(0, next.wantsAll ? this.#size : 1));
      next = this.#waiting[0];
    }
  }
}
