import type { Explanation } from "./explanation.ts";

export const directiveWords: Readonly<Record<string, Explanation>> = {
  syntax: {
    title: "# syntax=image",
    body: "The version of the Dockerfile language. Directives stand at the very top, above every other comment.",
    example: "# syntax=docker/dockerfile:1",
  },
  escape: {
    title: "# escape=\\",
    body: "The character that continues a line and escapes the next one: a backslash, or a backtick for Windows paths.",
    example: "# escape=`",
  },
  check: {
    title: "# check=skip=rule;error=true",
    body: "Settings of the build checks: rules to skip, experimental ones to use, and whether a finding ends the build. Above a single instruction it is for that one.",
    example: "# check=skip=JSONArgsRecommended;error=true",
  },
};
