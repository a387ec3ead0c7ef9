const STORED = "goldthread.api-key";

/** What the page shows about the key: nothing, a field, or a field after a refused key. */
export type Asking = "no" | "first" | "again";

/** The API key of this browser tab, and the question for it that a refused request raises. */
export class ApiKey {
  #asking: Asking = "no";
  #answered: ((given: boolean) => void)[] = [];
  #listeners = new Set<() => void>();

  /** The key, or null; it lives as long as the tab. */
  get value(): string | null {
    return sessionStorage.getItem(STORED);
  }

  get asking(): Asking {
    return this.#asking;
  }

  /** Asks the user; false when the user declines. Requests refused meanwhile share the one question. */
  ask(): Promise<boolean> {
    if (this.#asking === "no") this.#show(this.value === null ? "first" : "again");
    return new Promise((resolve) => this.#answered.push(resolve));
  }

  /** The user's answer: a key, or null to decline. */
  answer(key: string | null): void {
    if (key !== null) sessionStorage.setItem(STORED, key);
    const waiting = this.#answered;
    this.#answered = [];
    this.#show("no");
    for (const resolve of waiting) resolve(key !== null);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #show(asking: Asking): void {
    this.#asking = asking;
    for (const listener of this.#listeners) listener();
  }
}
