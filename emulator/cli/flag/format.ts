import type { Flag } from "./flag.ts";
import { string } from "./scalar.ts";

const reference =
  "Refer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates";
const json = "'json':             Print in JSON format";
const template = "'TEMPLATE':         Print output using the given Go template.";

/** `--format` of commands that list. */
export function tableFormat(shorthand = ""): Flag<string> {
  const usage = [
    "Format output using a custom template:",
    "'table':            Print output in table format with column headers (default)",
    "'table TEMPLATE':   Print output in table format using the given Go template",
    json,
    template,
    reference,
  ];
  return string(shorthand, usage.join("\n"));
}

/** `--format` of commands that show objects one by one. */
export function inspectFormat(shorthand = ""): Flag<string> {
  return string(shorthand, ["Format output using a custom template:", json, template, reference].join("\n"));
}
