import type { Instruction, KeyValue } from "../instruction.ts";
import { quote } from "../quote.ts";
import type { Findings } from "./findings.ts";
import { replaced } from "./fixes.ts";
import { keywordOf } from "./keyword.ts";
import type { Settings } from "./settings.ts";

/** `ENV name value`. */
export function checkLegacy(instruction: Instruction, entry: KeyValue, findings: Findings, settings: Settings): void {
  if (!entry.legacy) return;
  const name = keywordOf(instruction);
  const words = findings.words(instruction);
  const [first] = words?.words ?? [];
  const last = words?.words.at(-1);
  const value = entry.value.trim();
  // A value with blanks needs quotes, which what is quoted or escaped in it would not survive.
  const plain = /\s/.test(value) ? (/["'\\`]/.test(value) ? undefined : `"${value}"`) : value;
  const range = first === undefined || last === undefined ? undefined : { start: first.start, end: last.end };
  findings.warn(
    "LegacyKeyValueFormat",
    `"${name} key=value" should be used instead of legacy "${name} key value" format`,
    instruction.lines,
    {
      range,
      fixes:
        range === undefined || plain === undefined ? [] : [replaced("Use key=value", range, `${entry.key}=${plain}`)],
    },
    settings,
  );
}

/** A name that sounds like a secret. */
export function checkSecretName(instruction: Instruction, key: string, findings: Findings, settings: Settings): void {
  if (!secret.test(key) || harmless.test(key)) return;
  const token = findings.words(instruction)?.words.find(({ text }) => text === key || text.startsWith(`${key}=`));
  findings.warn(
    "SecretsUsedInArgOrEnv",
    `Do not use ARG or ENV instructions for sensitive data (${instruction.kind} ${quote(key)})`,
    instruction.lines,
    { range: token },
    settings,
  );
}

const secret = /(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)/i;
const harmless = /(?:_|^)(?:public|file|version)(?:_|$)/i;
