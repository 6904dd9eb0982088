import type { Fix } from "../../../emulator/dockerfile/checks/diagnostic.ts";
import type { Edit, Range } from "../../../emulator/dockerfile/language/position.ts";
import type { Problem } from "../problems.ts";
import { monaco } from "./monaco.ts";

/** Names of rules are links of this scheme, which lead to the rule's page beside the text. */
const ruleScheme = "drydock-rule";

const severities = {
  error: monaco.MarkerSeverity.Error,
  warning: monaco.MarkerSeverity.Warning,
  advice: monaco.MarkerSeverity.Info,
} as const;

const shown = new WeakMap<monaco.editor.ITextModel, readonly Problem[]>();

export function monacoRange({ start, end }: Range): monaco.IRange {
  return {
    startLineNumber: start.line,
    startColumn: start.column,
    endLineNumber: end.line,
    endColumn: end.column,
  };
}

export function monacoEdit(edit: Edit): monaco.editor.IIdentifiedSingleEditOperation & monaco.languages.TextEdit {
  return { range: monacoRange(edit), text: edit.text };
}

/** Underlines the problems, and offers their fixes where they are. */
export function showProblems(model: monaco.editor.ITextModel, problems: readonly Problem[]): void {
  shown.set(model, problems);
  monaco.editor.setModelMarkers(
    model,
    "dockerfile",
    problems.map(({ message, severity, rule, range }) => ({
      ...monacoRange(range),
      message,
      severity: severities[severity],
      source: severity === "advice" ? "advice" : "docker",
      ...(rule === undefined
        ? {}
        : { code: { value: rule, target: monaco.Uri.from({ scheme: ruleScheme, path: rule }) } }),
    })),
  );
}

/** The line where a build stopped. */
export function showFailure(
  model: monaco.editor.ITextModel,
  failure: { readonly line: number; readonly message: string } | undefined,
): void {
  const line = failure === undefined ? 0 : Math.min(failure.line, model.getLineCount());
  monaco.editor.setModelMarkers(
    model,
    "build",
    failure === undefined
      ? []
      : [
          {
            startLineNumber: line,
            endLineNumber: line,
            startColumn: model.getLineFirstNonWhitespaceColumn(line) || 1,
            endColumn: model.getLineMaxColumn(line),
            message: failure.message,
            severity: monaco.MarkerSeverity.Error,
            source: "build",
          },
        ],
  );
}

/** Does what a fix says, as one step that can be undone. */
export function applyFix(code: monaco.editor.ICodeEditor, fix: Fix): void {
  code.pushUndoStop();
  code.executeEdits("fix", fix.edits.map(monacoEdit));
  code.pushUndoStop();
  code.focus();
}

/** Calls `open` with the name of a rule that was chosen in a hover. */
export function followRules(open: (rule: string) => void): () => void {
  const opener = monaco.editor.registerLinkOpener({
    open(uri) {
      if (uri.scheme !== ruleScheme) return false;
      open(uri.path);
      return true;
    },
  });
  return () => opener.dispose();
}

monaco.languages.registerCodeActionProvider(
  "dockerfile",
  {
    provideCodeActions(model, range, context) {
      const here = (shown.get(model) ?? []).filter((problem) =>
        monaco.Range.areIntersectingOrTouching(monacoRange(problem.range), range),
      );
      const actions = here.flatMap(({ fixes, message, rule }) =>
        fixes.map((fix, at): monaco.languages.CodeAction => ({
          title: fix.title,
          kind: "quickfix",
          isPreferred: at === 0,
          diagnostics: context.markers.filter(
            (marker) =>
              marker.message === message &&
              (typeof marker.code === "object" ? marker.code.value : marker.code) === rule,
          ),
          edit: {
            edits: fix.edits.map((edit) => ({
              resource: model.uri,
              textEdit: monacoEdit(edit),
              versionId: model.getVersionId(),
            })),
          },
        })),
      );
      return { actions, dispose: () => undefined };
    },
  },
  { providedCodeActionKinds: ["quickfix"] },
);
