import type { ArgInstruction } from "../../../dockerfile/instruction.ts";
import { expander, type Expand } from "../dispatch/expand.ts";

/** Arguments that are there without an ARG, and that are told of in no history unless an ARG names them. */
const builtin = new Set(
  ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]),
);

/** `--build-arg` and ARG as the classic builder has them: before the first FROM, and in a stage. */
export class BuildArgs {
  readonly #given: Readonly<Record<string, string | null>>;
  readonly #escape: "\\" | "`";
  /** Of ARGs before the first FROM. */
  readonly #meta: Map<string, string>;
  readonly #declared = new Map<string, string | undefined>();

  constructor(
    given: Readonly<Record<string, string | null>>,
    escape: "\\" | "`",
    meta: ReadonlyMap<string, string> = new Map(),
  ) {
    this.#given = given;
    this.#escape = escape;
    this.#meta = new Map(meta);
  }

  /** Those of a stage, which begins with none but what it may inherit by name. */
  stage(): BuildArgs {
    return new BuildArgs(this.#given, this.#escape, this.#meta);
  }

  addMeta({ entries }: ArgInstruction): void {
    for (const { key, value } of entries) {
      this.#declared.set(key, value);
      const result = this.#given[key] ?? (value === undefined ? undefined : this.expandMeta(value));
      if (result !== undefined) this.#meta.set(key, result);
    }
  }

  expandMeta(text: string): string {
    return expander(this.#meta, this.#escape).word(text);
  }

  /** ARG in a stage; the default is expanded already. */
  declare(key: string, value: string | undefined): void {
    this.#declared.set(key, value);
  }

  /** The value of an argument in this stage; undefined when it has none. */
  value(key: string): string | undefined {
    const given = Object.hasOwn(this.#given, key) ? this.#given[key] : undefined;
    if (given !== undefined && given !== null) return given;
    return this.#declared.get(key) ?? (this.#declared.has(key) ? this.#meta.get(key) : undefined);
  }

  /** `KEY=value` of all that a RUN sees and that its ENV does not set. */
  environment(env: readonly string[]): string[] {
    const set = new Set(env.map((entry) => entry.split("=", 1)[0]));
    const keys = new Set([...this.#declared.keys(), ...Object.keys(this.#given).filter((key) => builtin.has(key))]);
    return [...keys].flatMap((key) => {
      const value = this.value(key);
      return set.has(key) || value === undefined ? [] : [`${key}=${value}`];
    });
  }

  isToldOf(key: string): boolean {
    return !builtin.has(key) || this.#declared.has(key);
  }

  /** Variables of a stage: ENV over arguments. */
  expand(env: readonly string[]): Expand {
    const all = new Map<string, string>();
    for (const entry of [...this.environment(env), ...env]) {
      const mark = entry.indexOf("=");
      all.set(mark < 0 ? entry : entry.slice(0, mark), mark < 0 ? "" : entry.slice(mark + 1));
    }
    return expander(all, this.#escape);
  }

  /** Given ones that neither these nor any of the stages' ARGs named. */
  unused(stages: readonly BuildArgs[]): string[] {
    return Object.keys(this.#given)
      .filter((key) => !builtin.has(key))
      .filter((key) => ![this, ...stages].some((args) => args.#declared.has(key)))
      .sort();
  }
}
