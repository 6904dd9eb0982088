/**
 * A lesson as data: what `compile.ts` makes of `lesson.md`, and what the page draws. Plain JSON; no HTML anywhere.
 */

/** `04-building/02-the-build-cache`: the folder below `lessons/`. */
export type LessonId = string;

export interface Lesson {
  readonly id: LessonId;
  /** `4.2`, from the folders' numbers. */
  readonly number: string;
  readonly part: { readonly number: number; readonly title: string };
  readonly title: string;
  /** One sentence. */
  readonly summary: string;
  readonly minutes: number;
  /** Ids of the glossary. */
  readonly concepts: readonly string[];
  /** Lessons that come before. */
  readonly needs: readonly LessonId[];
  /** References that must be pullable: `busybox`, `nginx`. Pulled before the lesson starts. */
  readonly images: readonly string[];
  readonly view: PictureView;
  readonly layout: "text-terminal" | "text-picture-terminal" | "text-editor-terminal";
  readonly blocks: readonly Block[];
  /** Put into /root/lesson when the lesson starts. */
  readonly files: readonly LessonFile[];
}

export interface LessonFile {
  /** Below /root/lesson. */
  readonly path: string;
  readonly mode: number;
  readonly base64: string;
}

/** What can stand beside the terminal. */
export const pictureViews = [
  "none",
  "layers",
  "build",
  "manifest",
  "namespaces",
  "cgroups",
  "command",
  "lifecycle",
  "editor",
  "preview",
] as const;
export type PictureView = (typeof pictureViews)[number];

export type Block =
  | { readonly kind: "heading"; readonly level: 2 | 3; readonly id: string; readonly content: readonly Inline[] }
  | { readonly kind: "paragraph"; readonly content: readonly Inline[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly (readonly Block[])[] }
  | {
      readonly kind: "table";
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    }
  | CodeBlock
  | { readonly kind: "note" | "warning"; readonly blocks: readonly Block[] }
  /** Two or more things side by side. */
  | {
      readonly kind: "compare";
      readonly columns: readonly { readonly title: string; readonly blocks: readonly Block[] }[];
    }
  | { readonly kind: "picture"; readonly view: PictureView; readonly focus: string | undefined; readonly label: string }
  | Quiz
  | Task;

/** `sh` has Run and Copy, `norun` only Copy; `console` is expected output, checked against the machine where `verify`. */
export interface CodeBlock {
  readonly kind: "code";
  readonly language: string;
  readonly text: string;
  readonly run: boolean;
  readonly verify: boolean;
  /** Line of the source, for messages to the author. */
  readonly line: number;
}

export interface Quiz {
  readonly kind: "quiz";
  readonly id: string;
  readonly question: readonly Inline[];
  readonly answers: readonly {
    readonly content: readonly Inline[];
    readonly right: boolean;
    readonly reason: readonly Inline[];
  }[];
}

export interface Task {
  readonly kind: "task";
  readonly id: string;
  readonly title: string;
  /** The goal in prose. */
  readonly goal: readonly Block[];
  /** Exit status 0: done. Runs in a shell of its own in /root/lesson, and never sees what was typed. */
  readonly check: string;
  /** Scripts; what the first of them that prints something prints is the hint. */
  readonly hints: readonly { readonly script: string; readonly line: number }[];
  /** What `Show solution` puts at the prompt. */
  readonly solution: string;
  /** Other right ways and near misses, for the author; a site that is built has none. */
  readonly ways: readonly { readonly kind: "alternative" | "miss"; readonly script: string; readonly line: number }[];
  readonly line: number;
}

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "strong" | "emphasis"; readonly content: readonly Inline[] }
  | { readonly kind: "code"; readonly text: string }
  /** Absolute `https:` addresses, and `#heading` or lesson ids of this site. */
  | { readonly kind: "link"; readonly to: string; readonly content: readonly Inline[] }
  | { readonly kind: "term"; readonly term: string; readonly content: readonly Inline[] };

export interface Term {
  /** `namespace` */
  readonly id: string;
  readonly title: string;
  /** One sentence, shown on hover. */
  readonly short: string;
  readonly blocks: readonly Block[];
  readonly see: readonly string[];
}
