import { InstructionError } from "./instruction-error.ts";
import { instructionFlags, suggest } from "./names.ts";
import type { InstructionKind } from "./instruction.ts";

/** The flags of one instruction: what was given, not what was left out. */
export class Flags {
  readonly #values = new Map<string, string[]>();

  /** @throws InstructionError for a flag the instruction does not have, without its value, or given twice */
  constructor(kind: InstructionKind, written: readonly string[]) {
    const known = new Map(Object.entries(instructionFlags[kind] ?? {}));
    for (const flag of written) {
      const equals = flag.indexOf("=");
      const full = equals < 0 ? flag : flag.slice(0, equals);
      const value = equals < 0 ? undefined : flag.slice(equals + 1);
      const name = full.slice(2);
      const type = known.get(name);
      if (!flag.startsWith("--")) throw new InstructionError(`arg should start with -- : ${flag}`);
      if (type === undefined) throw new InstructionError(`unknown flag: ${full}`, suggest(name, known.keys(), true));
      const before = this.#values.get(name);
      if (before !== undefined && type !== "list") throw new InstructionError(`duplicate flag specified: ${full}`);
      if (type === "switch") {
        if (value === "") throw new InstructionError(`missing a value on flag: ${full}`);
        const on = (value ?? "true").toLowerCase();
        if (on !== "true" && on !== "false")
          throw new InstructionError(`expecting boolean value for flag ${full}, not: ${value ?? ""}`);
        this.#values.set(name, [on]);
      } else {
        if (value === undefined) throw new InstructionError(`missing a value on flag: ${full}`);
        this.#values.set(name, [...(before ?? []), value]);
      }
    }
  }

  /** Undefined when it was not given, or empty. */
  text(name: string): string | undefined {
    const value = this.#values.get(name)?.[0];
    return value === "" ? undefined : value;
  }

  list(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** Undefined when it was not given. */
  switch(name: string): boolean | undefined {
    const value = this.#values.get(name)?.[0];
    return value === undefined ? undefined : value === "true";
  }
}
