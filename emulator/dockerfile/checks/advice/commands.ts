import type { RunInstruction } from "../../instruction.ts";
import type { Findings } from "../findings.ts";
import { inCaseOf } from "../fixes.ts";
import type { RunScript } from "./run-script.ts";

/** `sudo`, where every command is root's already, or is meant not to be. */
export function checkSudo(script: RunScript, findings: Findings): void {
  const found = script.commands.flatMap(({ words }) => {
    const sudo = words.findIndex(({ text }) => !/^\w+=/.test(text));
    const word = words[sudo];
    return word?.text === "sudo" ? [{ word, next: words[sudo + 1] }] : [];
  });
  const [first] = found;
  if (first === undefined) return;
  const edits = found.flatMap(({ word, next }) => {
    const start = script.range(word)?.start;
    const end = next && !next.text.startsWith("-") ? script.range(next)?.start : undefined;
    return start === undefined || end === undefined ? [] : [{ start, end, text: "" }];
  });
  findings.advise(
    "SudoInRun",
    "RUN needs no sudo: it runs as the USER of the stage, root unless you set one",
    script.run,
    {
      range: script.range(first.word),
      fixes: edits.length === found.length ? [{ title: "Remove sudo", edits }] : [],
    },
  );
}

/** `RUN cd /app`, which is over with the RUN. */
export function checkCd(script: RunScript, findings: Findings): void {
  const [first, second] = script.commands;
  const [name, directory, ...more] = first?.words ?? [];
  if (name?.text !== "cd" || directory === undefined || more.length > 0 || first?.before !== "") return;
  const alone = script.commands.length === 1;
  if (!alone && (second?.before !== "&&" || !directory.text.startsWith("/"))) return;
  const { words } = script;
  const end = script.range(directory)?.end;
  const next = second?.words[0] && script.range(second.words[0])?.start;
  const plain = words !== undefined && words.flags.length === 0 && !/["'$`\\~]/.test(directory.text);
  const workdir = words === undefined ? "" : inCaseOf(words.keyword.text, "WORKDIR");
  const fix = () => {
    if (!plain || end === undefined) return [];
    const { start } = words.keyword;
    if (alone) return [{ title: "Use WORKDIR", edits: [{ start, end, text: `${workdir} ${directory.text}` }] }];
    const text = `${workdir} ${directory.text}\n${words.keyword.text} `;
    return next === undefined ? [] : [{ title: "Use WORKDIR", edits: [{ start, end: next, text }] }];
  };
  findings.advise(
    "CdInsteadOfWorkdir",
    alone ? "This cd ends with its RUN: use WORKDIR" : "Use WORKDIR, which holds for the instructions behind it too",
    script.run,
    { range: script.range(name), fixes: fix() },
  );
}

/** A download piped on: without pipefail the RUN succeeds when the download fails. */
export function checkPipe(script: RunScript, shell: readonly string[], findings: Findings): void {
  if (!isShell(script.run) || /\bpipefail\b/.test(script.text) || shell.some((word) => word.includes("pipefail")))
    return;
  script.commands.forEach((command, index) => {
    const fetch = command.words.find(({ text }) => !/^\w+=/.test(text) && text !== "sudo");
    const next = script.commands[index + 1];
    if (fetch === undefined || !["curl", "wget"].includes(fetch.text) || next?.before !== "|") return;
    findings.advise(
      "PipeHidesFailure",
      `When ${fetch.text} fails the RUN still succeeds: the pipe gives the result of ${next.words[0]?.text ?? "its last command"}`,
      script.run,
      { range: script.range(fetch) },
    );
  });
}

function isShell(run: RunInstruction): boolean {
  return run.command.shell || run.inline.length > 0;
}
