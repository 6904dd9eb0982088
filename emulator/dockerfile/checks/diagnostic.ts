import type { LineRange } from "../instruction.ts";
import type { Edit, Range } from "../language/position.ts";
import type { AdviceName } from "./advice/names.ts";
import type { CheckName } from "./ruleset.ts";

export type RuleName = CheckName | AdviceName;

/** A change that can be done without thinking; after it the rule no longer fires there. */
export interface Fix {
  /** What the button says: `Use the JSON form`. */
  readonly title: string;
  readonly edits: readonly Edit[];
}

export interface Diagnostic {
  readonly rule: RuleName;
  /** One line; of a check it is BuildKit's. */
  readonly message: string;
  /** Of the instruction it is about. */
  readonly lines: LineRange;
  /** The words it is about; undefined where it is about the whole instruction. */
  readonly range?: Range;
  /** `warning`: a check of BuildKit, told by `docker build --check`. `advice`: our own, told by the editor alone. */
  readonly severity: "warning" | "advice";
  /** BuildKit's page of the rule. */
  readonly url?: string;
  readonly fixes: readonly Fix[];
}
