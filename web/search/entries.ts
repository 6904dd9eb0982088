import type { LessonBrief } from "../../lessons/index.ts";
import type { Term } from "../../lessons/lesson.ts";
import { hrefOf, toLesson, toTerm } from "../route.ts";

export interface Entry {
  readonly kind: "Lesson" | "Task" | "Term" | "Page" | "Command";
  readonly title: string;
  /** One line under the title. */
  readonly detail: string;
  /** More words it is found by. */
  readonly words: string;
  readonly to: { readonly href: string } | { readonly act: () => void };
}

const pages: readonly Entry[] = [
  {
    kind: "Page",
    title: "Playground",
    detail: "A machine to do what you like with",
    words: "terminal free sandbox",
    to: { href: hrefOf({ kind: "playground" }) },
  },
  {
    kind: "Page",
    title: "Lessons",
    detail: "All of them, with your progress",
    words: "catalogue contents",
    to: { href: hrefOf({ kind: "lessons" }) },
  },
  {
    kind: "Page",
    title: "Glossary",
    detail: "Every concept in a few sentences",
    words: "terms words",
    to: { href: hrefOf({ kind: "glossary", term: undefined }) },
  },
];

/** Everything that is found by its words. */
export function entriesOf(
  lessons: readonly LessonBrief[],
  terms: readonly Term[],
  commands: readonly Entry[],
): readonly Entry[] {
  return [
    ...lessons.map(({ id, number, title, summary, concepts, part }): Entry => ({
      kind: "Lesson",
      title: `${number} ${title}`,
      detail: summary,
      words: `${concepts.join(" ")} ${part.title}`,
      to: { href: toLesson(id) },
    })),
    ...terms.map(({ id, title, short }): Entry => ({
      kind: "Term",
      title,
      detail: short,
      words: id,
      to: { href: toTerm(id) },
    })),
    ...lessons.flatMap(({ id, number, title, tasks }) =>
      tasks.map((task): Entry => ({
        kind: "Task",
        title: task.title,
        detail: `${number} ${title}`,
        words: "",
        to: { href: toLesson(id, task.id) },
      })),
    ),
    ...pages,
    ...commands,
  ];
}

/** What has all the words asked for, best first: a title that begins so, a word that does, then anything else. */
export function find(entries: readonly Entry[], query: string, most = 12): readonly Entry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries.filter(({ kind }) => kind === "Lesson" || kind === "Page").slice(0, most);
  return entries
    .map((entry) => ({ entry, score: words.reduce((sum, word) => sum + score(entry, word), 0) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ entry }) => entry);
}

/** Minus infinity where the word is nowhere, so that the sum is no match. */
function score({ title, detail, words }: Entry, word: string): number {
  const name = title.toLowerCase();
  if (name === word) return 12;
  if (name.startsWith(word)) return 9;
  if (beginsAWord(name, word)) return 7;
  if (beginsAWord(words.toLowerCase(), word)) return 5;
  if (name.includes(word)) return 4;
  if (beginsAWord(detail.toLowerCase(), word)) return 2;
  if (`${words} ${detail}`.toLowerCase().includes(word)) return 1;
  return -Infinity;
}

function beginsAWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? "")) return true;
  return false;
}
