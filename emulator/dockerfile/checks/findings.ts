import type { LineRange } from "../instruction.ts";
import type { Range } from "../language/position.ts";
import { scan, type Scan, type ScannedInstruction } from "../language/scan.ts";
import type { AdviceName } from "./advice/names.ts";
import type { Diagnostic, Fix } from "./diagnostic.ts";
import { urlOf, type CheckName } from "./ruleset.ts";
import { allows, settingsOf, withComment, type Settings } from "./settings.ts";
import type { CheckSource } from "./source.ts";

/** Where in the text, and what could be done. */
export interface Pointer {
  readonly range?: Range | undefined;
  readonly fixes?: readonly Fix[];
}

/** Collects what the rules find, in the order they find it, and gives them the text to point into. */
export class Findings {
  readonly diagnostics: Diagnostic[] = [];
  readonly settings: Settings;
  readonly scan: Scan;
  readonly #byLine = new Map<number, ScannedInstruction>();

  /** @throws DockerfileError for a BUILDKIT_DOCKERFILE_CHECK that cannot be read */
  constructor(source: Pick<CheckSource, "text" | "dockerfile" | "buildArgs">) {
    this.settings = settingsOf(source);
    this.scan = scan(source.text);
    for (const item of this.scan.items) if (item.kind === "instruction") this.#byLine.set(item.lines.start, item);
  }

  /** The words of an instruction as they stand in the text. */
  words({ lines }: { readonly lines: LineRange }): ScannedInstruction | undefined {
    return this.#byLine.get(lines.start);
  }

  /** Tells of a check, unless the settings are against it. `settings` are those of the instruction's comment. */
  warn(rule: CheckName, message: string, lines: LineRange, pointer: Pointer = {}, settings = this.settings): void {
    if (!allows(settings, rule)) return;
    const url = urlOf(rule);
    this.diagnostics.push({
      rule,
      message,
      lines,
      severity: "warning",
      ...(url === undefined ? {} : { url }),
      ...(pointer.range === undefined ? {} : { range: pointer.range }),
      fixes: pointer.fixes ?? [],
    });
  }

  advise(rule: AdviceName, message: string, about: Instructed, pointer: Pointer = {}): void {
    if (!allows(withComment(this.settings, about.comment), rule)) return;
    this.diagnostics.push({
      rule,
      message,
      lines: about.lines,
      severity: "advice",
      ...(pointer.range === undefined ? {} : { range: pointer.range }),
      fixes: pointer.fixes ?? [],
    });
  }
}

/** An instruction as far as the rules tell about it. */
export interface Instructed {
  readonly lines: LineRange;
  readonly comment: readonly string[];
}
