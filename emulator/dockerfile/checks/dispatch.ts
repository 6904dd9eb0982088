import type { Directives, Instruction, KeyValue } from "../instruction.ts";
import { suggest } from "../names.ts";
import { quote } from "../quote.ts";
import { expandHeredoc, expandWithNames, expandWords, WordError, type Expansion } from "../word.ts";
import { checkSources, type IgnoreFile } from "./copy-ignored.ts";
import { checkPort } from "./expose.ts";
import type { Findings } from "./findings.ts";
import { renamedVariable, replaced, toExecForm, variableRange, withoutLines } from "./fixes.ts";
import { checkLegacy, checkSecretName } from "./key-values.ts";
import { keywordOf } from "./keyword.ts";
import { withComment, type Settings } from "./settings.ts";
import { settingsOfMount } from "./stage-graph.ts";
import { set, type StageState } from "./stage-state.ts";

/** What all instructions of a build share. */
export interface Surroundings {
  readonly escape: Directives["escape"];
  readonly globalArgs: ReadonlyMap<string, string>;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly ignore: IgnoreFile | undefined;
  readonly findings: Findings;
}

/** Known to the builder, never variables of the build. */
const notVariables = new Set(["BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"]);

/** Goes through the instructions of one stage in order, with what each may know of those before it. */
export class Dispatch {
  readonly #in: Surroundings;
  readonly #state: StageState;
  readonly #findings: Findings;

  constructor(surroundings: Surroundings, state: StageState) {
    this.#in = surroundings;
    this.#state = state;
    this.#findings = surroundings.findings;
  }

  dispatch(instruction: Instruction): void {
    const settings = withComment(this.#findings.settings, instruction.comment);
    switch (instruction.kind) {
      case "ENV":
        return this.#env(instruction, this.#pairs(instruction, settings), settings);
      case "LABEL":
        this.#pairs(instruction, settings);
        return instruction.entries.forEach((entry) => checkLegacy(instruction, entry, this.#findings, settings));
      case "ARG":
        return this.#arg(instruction, settings);
      case "RUN":
        for (const [, value] of instruction.mounts.flatMap(settingsOfMount)) this.#word(instruction, value, settings);
        return;
      case "COPY":
      case "ADD":
        return this.#copy(instruction, settings);
      case "WORKDIR":
        return this.#workdir(instruction, settings);
      case "USER":
        this.#word(instruction, instruction.user, settings);
        return;
      case "STOPSIGNAL":
        this.#word(instruction, instruction.signal, settings);
        return;
      case "VOLUME":
        for (const volume of instruction.volumes) this.#word(instruction, volume, settings);
        return;
      case "EXPOSE":
        return this.#expose(instruction, settings);
      case "CMD":
      case "ENTRYPOINT":
        this.#once(instruction, settings);
        return this.#command(instruction, settings);
      case "HEALTHCHECK":
        return this.#once(instruction, settings);
      case "SHELL":
        this.#state.hasShell = instruction.shell.length > 0;
        return;
      case "ONBUILD":
        this.#state.onbuild.push(instruction.expression);
        return;
      case "MAINTAINER":
        return;
      default:
        return instruction satisfies never;
    }
  }

  /** A word expanded; undefined when that is an error. Variables that are not set are told. */
  #word(instruction: Instruction, word: string, settings: Settings): string | undefined {
    return this.#expand(
      instruction,
      () => expandWithNames(word, (name) => this.#state.env.get(name), { escape: this.#in.escape }),
      settings,
    )?.result;
  }

  #expand(instruction: Instruction, expand: () => Expansion, settings: Settings): Expansion | undefined {
    try {
      const expansion = expand();
      this.#undefined(instruction, expansion.unmatched, settings);
      return expansion;
    } catch (error) {
      // The build ends at such a word with an error of its own.
      if (error instanceof WordError) return undefined;
      throw error;
    }
  }

  #undefined(instruction: Instruction, unmatched: ReadonlySet<string>, settings: Settings): void {
    if (!this.#state.knownEnv) return;
    for (const name of unmatched) {
      if (this.#state.args.has(name) || notVariables.has(name)) continue;
      const near = suggest(name, this.#state.env.keys(), true);
      const words = this.#findings.words(instruction);
      const token = [...(words?.flags ?? []), ...(words?.words ?? [])].find((each) => variableRange(each, name));
      const fix = token === undefined || near === undefined ? undefined : renamedVariable(token, name, near);
      this.#findings.warn(
        "UndefinedVar",
        `Usage of undefined variable '$${name}'${near === undefined ? "" : ` (did you mean $${near}?)`}`,
        instruction.lines,
        { range: token && variableRange(token, name), fixes: fix === undefined ? [] : [fix] },
        settings,
      );
    }
  }

  #pairs(instruction: Instruction & { readonly kind: "ENV" | "LABEL" }, settings: Settings): KeyValue[] {
    return instruction.entries.map(({ key, value, legacy }) => ({
      key: this.#word(instruction, key, settings) ?? key,
      value: this.#word(instruction, value, settings) ?? value,
      legacy,
    }));
  }

  #env(instruction: Instruction & { readonly kind: "ENV" }, pairs: readonly KeyValue[], settings: Settings): void {
    pairs.forEach(({ key, value }, index) => {
      const written = instruction.entries[index];
      if (written !== undefined) checkLegacy(instruction, written, this.#findings, settings);
      checkSecretName(instruction, key, this.#findings, settings);
      set(this.#state.env, key, value);
    });
  }

  #arg(instruction: Instruction & { readonly kind: "ARG" }, settings: Settings): void {
    for (const { key, value } of instruction.entries) {
      checkSecretName(instruction, key, this.#findings, settings);
      const given = Object.hasOwn(this.#in.buildArgs, key) ? this.#in.buildArgs[key] : undefined;
      const result =
        given ?? (value === undefined ? this.#in.globalArgs.get(key) : this.#word(instruction, value, settings));
      if (result !== undefined && !notVariables.has(key)) set(this.#state.env, key, result);
      this.#state.args.add(key);
    }
  }

  #copy(instruction: Instruction & { readonly kind: "COPY" | "ADD" }, settings: Settings): void {
    for (const word of [instruction.chown, instruction.chmod]) this.#word(instruction, word ?? "", settings);
    if (instruction.kind === "ADD") this.#word(instruction, instruction.checksum ?? "", settings);
    const { paths, destination, inline } = instruction.sources;
    const sources = paths.map((path) => this.#word(instruction, path, settings) ?? path);
    this.#word(instruction, destination, settings);
    for (const { content, expand } of inline)
      if (expand)
        this.#expand(instruction, () => expandHeredoc(content, (name) => this.#state.env.get(name)), settings);
    if (this.#in.ignore !== undefined) checkSources(instruction, sources, this.#in.ignore, this.#findings, settings);
  }

  #workdir(instruction: Instruction & { readonly kind: "WORKDIR" }, settings: Settings): void {
    const path = this.#word(instruction, instruction.path, settings) ?? instruction.path;
    if (!this.#state.hasWorkdir && !path.startsWith("/")) {
      const range = this.#findings.words(instruction)?.words[0];
      const fixes =
        range === undefined || /["'$\\]/.test(range.text)
          ? []
          : [replaced("Begin at the root", range, `/${range.text.replace(/^(\.?\/)+|^\.$/, "")}`)];
      this.#findings.warn(
        "WorkdirRelativePath",
        `Relative workdir ${quote(path)} can have unexpected results if the base image changes`,
        instruction.lines,
        { range, fixes },
        settings,
      );
    }
    this.#state.hasWorkdir = true;
  }

  #expose(instruction: Instruction & { readonly kind: "EXPOSE" }, settings: Settings): void {
    try {
      const ports = instruction.ports.flatMap((port) =>
        expandWords(port, (name) => this.#state.env.get(name), { escape: this.#in.escape }),
      );
      for (const port of ports) if (!checkPort(instruction, port, this.#findings, settings)) return;
    } catch (error) {
      if (!(error instanceof WordError)) throw error;
    }
  }

  #once(instruction: Instruction, settings: Settings): void {
    const before = this.#state.used.get(instruction.kind);
    if (before !== undefined) {
      const words = this.#findings.words({ lines: before });
      this.#findings.warn(
        "MultipleInstructionsDisallowed",
        `Multiple ${keywordOf(instruction)} instructions should not be used in the same stage because only the last one will be used`,
        before,
        {
          range: words?.keyword,
          fixes:
            words === undefined ? [] : [withoutLines("Remove the one that is not used", this.#findings.scan, words)],
        },
        settings,
      );
    }
    this.#state.used.set(instruction.kind, instruction.lines);
  }

  #command(instruction: Instruction & { readonly kind: "CMD" | "ENTRYPOINT" }, settings: Settings): void {
    if (!instruction.command.shell || this.#state.hasShell) return;
    const words = this.#findings.words(instruction);
    this.#findings.warn(
      "JSONArgsRecommended",
      `JSON arguments recommended for ${keywordOf(instruction)} to prevent unintended behavior related to OS signals`,
      instruction.lines,
      {
        range: words?.keyword,
        fixes: words === undefined ? [] : toExecForm(words, instruction.command.words.join(" ")),
      },
      settings,
    );
  }
}
