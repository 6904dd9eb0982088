import type { Instruction } from "../../instruction.ts";
import type { Range } from "../../language/position.ts";
import type { Findings, Instructed } from "../findings.ts";

interface SecretForm {
  readonly what: string;
  readonly form: RegExp;
}

/** Secrets that can be told by their form alone. */
const forms: readonly SecretForm[] = [
  { what: "an AWS access key", form: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { what: "a GitHub token", form: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})\b/ },
  { what: "a GitLab token", form: /\bglpat-[\w-]{20,}/ },
  { what: "an npm token", form: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { what: "a Slack token", form: /\bxox[baprs]-[A-Za-z0-9-]{10,}/ },
  { what: "a Google API key", form: /\bAIza[\w-]{35}/ },
  { what: "a private key", form: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/ },
  { what: "a password in an address", form: /:\/\/[^\s/:@$"']+:[^\s/:@$"'{}<>]+@/ },
];

/** A secret written out in an instruction. */
export function checkSecretValues(instruction: Instruction, findings: Findings): void {
  const { lines } = findings.scan;
  for (let line = instruction.lines.start; line <= instruction.lines.end; line++) {
    const text = lines[line - 1] ?? "";
    if (text.trimStart().startsWith("#")) continue;
    for (const { what, form } of forms) {
      const found = form.exec(text);
      if (found === null) continue;
      const column = found.index + 1;
      const range = { start: { line, column }, end: { line, column: column + found[0].length } };
      tell(instruction, what, range, findings);
      return;
    }
  }
}

function tell(about: Instructed, what: string, range: Range, findings: Findings): void {
  findings.advise(
    "SecretInValue",
    `This looks like ${what}: everyone who has the image can read it, also when a later line removes it`,
    about,
    { range },
  );
}
