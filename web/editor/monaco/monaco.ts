/**
 * The editor's engine, as much of it as the page uses. Whoever imports this module pulls all of Monaco in, so only what is
 * loaded with the editor pane may.
 */
import * as monaco from "monaco-editor/editor";
import "monaco-editor/features/codeEditor/register";
import "monaco-editor/features/codicon/register";
import "monaco-editor/features/tokenization/register";
import "monaco-editor/features/bracketMatching/register";
import "monaco-editor/features/clipboard/register";
import "monaco-editor/features/codeAction/register";
import "monaco-editor/features/comment/register";
import "monaco-editor/features/contextmenu/register";
import "monaco-editor/features/documentSymbols/register";
import "monaco-editor/features/find/register";
import "monaco-editor/features/folding/register";
import "monaco-editor/features/format/register";
import "monaco-editor/features/gotoError/register";
import "monaco-editor/features/hover/register";
import "monaco-editor/features/indentation/register";
import "monaco-editor/features/linesOperations/register";
import "monaco-editor/features/links/register";
import "monaco-editor/features/multicursor/register";
import "monaco-editor/features/quickCommand/register";
import "monaco-editor/features/quickOutline/register";
import "monaco-editor/features/snippet/register";
// Without its controller the feature offers nothing.
import "monaco-editor/editor/contrib/suggest/browser/suggestController";
import "monaco-editor/features/toggleTabFocusMode/register";
import "monaco-editor/features/wordOperations/register";
import "monaco-editor/languages/definitions/css/register";
import "monaco-editor/languages/definitions/go/register";
import "monaco-editor/languages/definitions/html/register";
import "monaco-editor/languages/definitions/ini/register";
import "monaco-editor/languages/definitions/javascript/register";
import "monaco-editor/languages/definitions/markdown/register";
import "monaco-editor/languages/definitions/python/register";
import "monaco-editor/languages/definitions/shell/register";
import "monaco-editor/languages/definitions/sql/register";
import "monaco-editor/languages/definitions/yaml/register";
import EditorWorker from "monaco-editor/editor/editor.worker.js?worker";
import { dockerfileLanguage, dockerfileTokens, ignoreTokens } from "./highlight.ts";
import { editorThemes } from "./theme.ts";

self.MonacoEnvironment = { getWorker: () => new EditorWorker({ name: "editor" }) };

monaco.languages.register({ id: "dockerfile", aliases: ["Dockerfile"] });
monaco.languages.setMonarchTokensProvider("dockerfile", dockerfileTokens);
monaco.languages.setLanguageConfiguration("dockerfile", dockerfileLanguage);
monaco.languages.register({ id: "dockerignore", aliases: [".dockerignore"] });
monaco.languages.setMonarchTokensProvider("dockerignore", ignoreTokens);
monaco.languages.setLanguageConfiguration("dockerignore", { comments: { lineComment: "#" } });
for (const [name, theme] of Object.entries(editorThemes)) monaco.editor.defineTheme(`drydock-${name}`, theme);

const byExtension: Readonly<Record<string, string>> = {
  css: "css",
  go: "go",
  html: "html",
  htm: "html",
  ini: "ini",
  conf: "shell",
  cfg: "ini",
  toml: "ini",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  json: "javascript",
  md: "markdown",
  py: "python",
  sh: "shell",
  bash: "shell",
  sql: "sql",
  yaml: "yaml",
  yml: "yaml",
};

/** How a file that is no Dockerfile is coloured. */
export function languageOf(name: string): string {
  if (/(?:^|\.)dockerignore$/.test(name)) return "dockerignore";
  return byExtension[name.slice(name.lastIndexOf(".") + 1).toLowerCase()] ?? "plaintext";
}

export { monaco };
