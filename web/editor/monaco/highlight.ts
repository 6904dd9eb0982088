import type { languages } from "monaco-editor/editor";

const instructions =
  "ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR";

/** Colours of a Dockerfile. An instruction stands at the beginning of a line; all after it until a line without a continuation is its own. */
export const dockerfileTokens: languages.IMonarchLanguage = {
  defaultToken: "",
  tokenPostfix: ".dockerfile",
  ignoreCase: true,
  includeLF: true,
  tokenizer: {
    root: [
      [/^(\s*#\s*)(syntax|escape|check)(\s*=\s*)([^\n]*)/, ["comment", "keyword.directive", "comment", "string"]],
      [/^\s*#[^\n]*/, "comment"],
      [/^(\s*)(ONBUILD)(\s+)/, ["", "keyword", ""]],
      [/(FROM)(?=\s)/, { token: "keyword", next: "@from" }],
      [/(ENV|ARG|LABEL)(?=\s)/, { token: "keyword", next: "@pairs" }],
      [new RegExp(`(?:${instructions})(?=\\s|$)`), { token: "keyword", next: "@words" }],
      [/\S+/, { token: "invalid", next: "@words" }],
      [/\s+/, ""],
    ],
    line: [
      [/[\\`][ \t]*\n/, "delimiter.continuation"],
      [/^\s*#.*\n/, "comment"],
      [/\n/, { token: "", next: "@pop" }],
    ],
    from: [
      { include: "@line" },
      [/\bAS\b/, "keyword"],
      [/--[\w-]+=?/, "attribute.name"],
      { include: "@variable" },
      [/[^\s$:@\\`-]+/, "type"],
      [/[:@][^\s$]+/, "number"],
      [/./, ""],
    ],
    pairs: [{ include: "@line" }, [/[A-Za-z_][\w.-]*(?==)/, "variable.name"], { include: "@value" }],
    words: [
      { include: "@line" },
      [/<<-?\s*(["']?)([\w.-]+)\1/, { token: "string.heredoc", next: "@heredocStart.$2" }],
      { include: "@value" },
    ],
    value: [
      [/(?<=\s)--[\w-]+(?==|\s|$)/, "attribute.name"],
      [/"/, { token: "string", next: "@double" }],
      [/'[^'\n]*'?/, "string"],
      { include: "@variable" },
      [/\\./, "string.escape"],
      [/&&|\|\||[|;]/, "operator"],
      [/\b\d+(?:\/(?:tcp|udp|sctp))?\b/, "number"],
      [/[^\s"'$\\`&|;<\n]+/, ""],
      [/./, ""],
    ],
    variable: [
      [/\$\w+/, "variable"],
      [/\$\{\w+(?::?[-+?]|##?|%%?|\/\/?)?/, { token: "variable", next: "@expansion" }],
    ],
    expansion: [
      [/\n/, { token: "", next: "@pop" }],
      [/\}/, { token: "variable", next: "@pop" }],
      { include: "@variable" },
      [/[^}$\n]+/, "string"],
      [/./, "string"],
    ],
    double: [
      [/\\\n/, "delimiter.continuation"],
      [/\n/, { token: "", next: "@pop" }],
      [/\\./, "string.escape"],
      { include: "@variable" },
      [/"/, { token: "string", next: "@pop" }],
      [/[^"$\\\n]+/, "string"],
      [/./, "string"],
    ],
    heredocStart: [[/\n/, { token: "", switchTo: "@heredoc.$S2" }], { include: "@value" }],
    heredoc: [
      [/^\s*([\w.-]+)$/, { cases: { "$1==$S2": { token: "string.heredoc", next: "@pop" }, "@default": "string" } }],
      [/[^\n]+/, "string"],
      [/\n/, ""],
    ],
  },
};

export const dockerfileLanguage: languages.LanguageConfiguration = {
  comments: { lineComment: "#" },
  brackets: [
    ["{", "}"],
    ["[", "]"],
    ["(", ")"],
  ],
  autoClosingPairs: [
    { open: "[", close: "]" },
    { open: "{", close: "}" },
    { open: '"', close: '"', notIn: ["string", "comment"] },
  ],
  surroundingPairs: [
    { open: "{", close: "}" },
    { open: "[", close: "]" },
    { open: '"', close: '"' },
    { open: "'", close: "'" },
  ],
  wordPattern: /[\w./:@-]+/,
  onEnterRules: [
    // The rest of an instruction is set in; what follows it is not.
    { beforeText: /^[A-Za-z]+\b.*[\\`]\s*$/, action: { indentAction: 1 } },
    { previousLineText: /[\\`]\s*$/, beforeText: /^\s+\S.*(?<![\\`]\s*)$/, action: { indentAction: 3 } },
  ],
};

export const ignoreTokens: languages.IMonarchLanguage = {
  tokenizer: {
    root: [
      [/^\s*#.*$/, "comment"],
      [/^\s*!/, "keyword"],
      [/[*?]+|\[[^\]]*\]/, "variable"],
      [/[^*?[]+/, ""],
    ],
  },
};
