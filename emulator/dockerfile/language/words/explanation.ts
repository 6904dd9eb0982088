/** What a word of a Dockerfile means: shown when the pointer rests on it, and beside a completion. */
export interface Explanation {
  readonly title: string;
  /** One to three sentences. */
  readonly body: string;
  /** Lines of a Dockerfile; empty where none helps. */
  readonly example: string;
}
