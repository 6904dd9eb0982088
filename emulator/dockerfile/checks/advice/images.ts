import type { Instruction, Stage } from "../../instruction.ts";
import type { Findings, Instructed } from "../findings.ts";

/** Images without a tag, or with `latest`: another image on another day. */
export function checkPins(stages: readonly Stage[], findings: Findings): void {
  const names = new Set<string>();
  for (const { from, instructions } of stages) {
    if (!names.has(from.base)) checkPin(from.base, from, findings);
    if (from.name !== undefined) names.add(from.name);
    for (const instruction of instructions) {
      if (instruction.kind !== "COPY" || instruction.from === undefined) continue;
      const { from: source } = instruction;
      const isStage = /^\d+$/.test(source) || stages.some((stage) => stage.from.name === source.toLowerCase());
      if (!isStage) checkPin(source, instruction, findings);
    }
  }
}

function checkPin(image: string, about: Instructed, findings: Findings): void {
  if (image === "scratch" || image.includes("$") || image.includes("@")) return;
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  if (tag !== undefined && tag !== "latest") return;
  const words = findings.words(about);
  const range = [...(words?.words ?? []), ...(words?.flags ?? [])].find(
    ({ text }) => text === image || text === `--from=${image}`,
  );
  const message =
    tag === undefined
      ? `${image} without a tag means ${image}:latest, which changes: name a version`
      : `${image} changes over time: name a version`;
  findings.advise("UnpinnedBaseImage", message, about, { range });
}

/** The user that containers of the last stage begin as. `chain` goes from the image it stands on to it. */
export function checkUser(chain: readonly Stage[], baseUser: string | undefined, findings: Findings): void {
  const all = chain.flatMap((stage) => stage.instructions);
  const last = all.findLast((instruction) => instruction.kind === "USER");
  const isRoot = (user: string) => /^(?:root|0)(?::.*)?$/.test(user);
  if (last !== undefined) {
    if (isRoot(last.user))
      findings.advise("RunsAsRoot", "Containers of this image run as root: end with a USER that is not", last, {
        range: findings.words(last)?.words[0],
      });
    return;
  }
  const command = all.findLast(({ kind }) => kind === "CMD" || kind === "ENTRYPOINT");
  if (command === undefined || (baseUser !== undefined && baseUser !== "" && !isRoot(baseUser))) return;
  findings.advise("RunsAsRoot", "Containers of this image run as root: set a USER before this", command, {
    range: findings.words(command)?.keyword,
  });
}

/** An ENTRYPOINT for the shell gets neither CMD nor the arguments of `docker run`. */
export function checkEntrypoint(
  chain: readonly Stage[],
  findings: Findings,
): (Instruction & { readonly kind: "ENTRYPOINT" }) | undefined {
  const all = chain.flatMap((stage) => stage.instructions);
  const entrypoint = all.findLast((instruction) => instruction.kind === "ENTRYPOINT");
  const command = all.findLast(({ kind }) => kind === "CMD");
  if (entrypoint?.command.shell !== true || command === undefined) return undefined;
  return findings.words(entrypoint) === undefined ? undefined : entrypoint;
}
