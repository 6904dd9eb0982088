import { parseCsv } from "../flag/list.ts";
import { parseBool } from "../flag/scalar.ts";

/** `--call`: what is asked of a Dockerfile instead of a build. */
export interface CallFunction {
  readonly name: "check" | "outline" | "targets";
  readonly json: boolean;
  /** The exit code is 0 whatever is found. */
  readonly ignoreStatus: boolean;
}

/** `check`, `targets,format=json`; undefined for `build`. Throws with buildx's words. */
export function parseCallFunction(text: string): CallFunction | undefined {
  let [name, format] = ["", ""];
  let ignoreStatus = false;
  for (const field of parseCsv(text)) {
    const at = field.indexOf("=");
    const [key, value] = [field.slice(0, Math.max(0, at)), field.slice(at + 1)];
    if (at === -1) {
      if (name !== "") throw new Error(`invalid print value: ${text}`);
      name = field;
    } else if (key === "format") format = value;
    else if (key === "ignorestatus") ignoreStatus = parseBool(value);
    else throw new Error(`invalid print field: ${field}`);
  }
  if (name === "" || name === "build") return undefined;
  const known = name === "lint" ? "check" : name;
  if (known === "check" || known === "outline" || known === "targets")
    return { name: known, json: format === "json", ignoreStatus };
  throw new Error(`failed to build: failed to solve: unsupported request ${name}`);
}
