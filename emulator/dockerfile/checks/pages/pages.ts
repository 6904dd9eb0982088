import { adviceNames } from "../advice/names.ts";
import type { RuleName } from "../diagnostic.ts";
import { checkNames } from "../ruleset.ts";
import { bases } from "./bases.ts";
import { commands } from "./commands.ts";
import { containers } from "./containers.ts";
import { files } from "./files.ts";
import type { Page, Pages } from "./page.ts";
import { stages } from "./stages.ts";
import { values } from "./values.ts";
import { writing } from "./writing.ts";

const byName: Pages<RuleName> = { ...writing, ...stages, ...bases, ...values, ...containers, ...files, ...commands };

/** The page of a rule. */
export function pageOf(name: RuleName): Page {
  return { name, ...byName[name] };
}

/** All pages: BuildKit's checks, then our advice. */
export const pages: readonly Page[] = [...checkNames, ...adviceNames].map(pageOf);
