import type { ArgInstruction, Dockerfile, FromInstruction, Instruction } from "../instruction.ts";
import { kindOf } from "../names.ts";
import { quote } from "../quote.ts";
import type { Findings } from "./findings.ts";
import { inCaseOf, inserted, lineEdit, replaced } from "./fixes.ts";
import { keywordOf } from "./keyword.ts";
import { withComment } from "./settings.ts";

/** What shows while instructions are read one by one: also of those before the one that cannot be read. */
export function checkWhileParsing(dockerfile: Dockerfile, findings: Findings): void {
  for (const warning of dockerfile.warnings) {
    const around = findings.scan.items.find(
      (item) =>
        item.kind === "instruction" && item.lines.start <= warning.lines.start && item.lines.end >= warning.lines.start,
    );
    const edits = [];
    if (around?.kind === "instruction")
      for (let line = around.header.start; line <= around.header.end; line++)
        if ((findings.scan.lines[line - 1] ?? "").trim() === "") edits.push(lineEdit(findings.scan, line, line));
    findings.warn("NoEmptyContinuation", "Empty continuation line", warning.lines, {
      fixes: edits.length === 0 ? [] : [{ title: "Remove the empty lines", edits }],
    });
  }
  for (const arg of dockerfile.metaArgs) checkInstruction(arg, findings);
  for (const stage of dockerfile.stages) {
    checkFrom(stage.from, findings);
    for (const instruction of stage.instructions) checkInstruction(instruction, findings);
  }
}

function checkInstruction(instruction: Instruction, findings: Findings): void {
  if (instruction.kind === "ARG") {
    checkDescription(
      instruction,
      instruction.entries.map(({ key }) => key),
      findings,
    );
  }
  if (instruction.kind !== "MAINTAINER") return;
  const words = findings.words(instruction);
  const value = JSON.stringify(instruction.maintainer.replace(/^(["'])(.*)\1$/, "$2")).replaceAll("$", "\\$");
  const last = words?.words.at(-1);
  findings.warn(
    "MaintainerDeprecated",
    "Maintainer instruction is deprecated in favor of using label",
    instruction.lines,
    words === undefined || last === undefined
      ? {}
      : {
          range: words.keyword,
          fixes: [
            replaced(
              "Use a label",
              { start: words.keyword.start, end: last.end },
              `${inCaseOf(words.keyword.text, "LABEL")} org.opencontainers.image.authors=${value}`,
            ),
          ],
        },
    withComment(findings.settings, instruction.comment),
  );
}

function checkFrom(from: FromInstruction, findings: Findings): void {
  const settings = withComment(findings.settings, from.comment);
  const words = findings.words(from);
  const written = from.nameAsWritten;
  if (written !== undefined && written !== written.toLowerCase()) {
    const range = words?.words[2];
    findings.warn(
      "StageNameCasing",
      `Stage name '${written}' should be lowercase`,
      from.lines,
      range === undefined ? {} : { range, fixes: [replaced("Write it in lower case", range, written.toLowerCase())] },
      settings,
    );
  }
  const keyword = keywordOf(from);
  const as = from.asKeyword;
  const consistent = keyword === keyword.toLowerCase() || keyword === keyword.toUpperCase();
  if (as !== undefined && consistent && as !== inCaseOf(keyword, as)) {
    const range = words?.words[1];
    findings.warn(
      "FromAsCasing",
      `'${as}' and '${keyword}' keywords' casing do not match`,
      from.lines,
      range === undefined
        ? {}
        : { range, fixes: [replaced(`Write ${inCaseOf(keyword, as)}`, range, inCaseOf(keyword, as))] },
      settings,
    );
  }
  if (from.name !== undefined) checkDescription(from, [from.name], findings);
}

function checkDescription(
  instruction: ArgInstruction | FromInstruction,
  names: readonly string[],
  findings: Findings,
): void {
  const described = instruction.comment.at(-1)?.split(" ")[0];
  const [name] = names;
  if (described === undefined || name === undefined || names.includes(described)) return;
  const example = names.length > 1 ? "<arg_key>" : name;
  findings.warn(
    "InvalidDefinitionDescription",
    `Comment for ${instruction.kind} should follow the format: \`# ${example} <description>\``,
    instruction.lines,
    { fixes: [inserted("Keep the comment apart", { line: instruction.lines.start, column: 1 }, "#\n")] },
    withComment(findings.settings, instruction.comment),
  );
}

const reserved = new Set(["context", "scratch"]);

/** What shows once all instructions are read: names of stages and the case of keywords. */
export function checkAcrossStages({ stages }: Dockerfile, findings: Findings): void {
  const seen = new Set<string>();
  for (const { from } of stages) {
    if (from.name === undefined) continue;
    const range = findings.words(from)?.words[2];
    if (reserved.has(from.name))
      findings.warn(
        "ReservedStageName",
        `Stage name should not use the same name as reserved stage ${quote(from.name)}`,
        from.lines,
        { range },
      );
    if (seen.has(from.name))
      findings.warn(
        "DuplicateStageName",
        `Duplicate stage name ${quote(from.name)}, stage names should be unique`,
        from.lines,
        { range },
      );
    seen.add(from.name);
  }
  const all = stages.flatMap((stage) => [stage.from, ...stage.instructions]);
  const isLower = (keyword: string) => keyword === keyword.toLowerCase();
  const isUpper = (keyword: string) => keyword === keyword.toUpperCase();
  const keywords = all.map(keywordOf);
  const mostlyLower = keywords.filter(isLower).length > keywords.filter(isUpper).length;
  for (const instruction of all) {
    const keyword = keywordOf(instruction);
    if (mostlyLower ? isLower(keyword) : isUpper(keyword)) continue;
    const range = findings.words(instruction)?.keyword;
    const right = mostlyLower ? keyword.toLowerCase() : keyword.toUpperCase();
    findings.warn(
      "ConsistentInstructionCasing",
      `Command '${keyword}' should match the case of the command majority (${mostlyLower ? "lowercase" : "uppercase"})`,
      instruction.lines,
      range === undefined || kindOf(keyword) === undefined
        ? {}
        : { range, fixes: [replaced(`Write ${right}`, range, right)] },
    );
  }
}
