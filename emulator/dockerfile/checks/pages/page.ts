import type { RuleName } from "../diagnostic.ts";

/** The page of one rule: what the editor shows behind "Why?". */
export interface Page<Name extends RuleName = RuleName> {
  readonly name: Name;
  /** What to do, in a few words. */
  readonly title: string;
  /** What it is that was found. */
  readonly what: string;
  /** What it leads to. */
  readonly why: string;
  /** Lines of a Dockerfile in which the rule fires. */
  readonly bad: string;
  /** The same without it. */
  readonly good: string;
}

/** Checks the names of a group of pages and keeps their type. */
export type Pages<Name extends RuleName> = { readonly [Each in Name]: Omit<Page<Each>, "name"> };
