import type { Instruction, Stage } from "../../instruction.ts";
import type { Findings } from "../findings.ts";
import { toExecForm } from "../fixes.ts";
import type { CheckSource } from "../source.ts";
import { findStage, linkStages, type StageNode } from "../stage-graph.ts";
import { checkCd, checkPipe, checkSudo } from "./commands.ts";
import { checkEntrypoint, checkPins, checkUser } from "./images.ts";
import { checkPackageCaches, checkPackageLists, checkQuestions, checkUpdateAlone } from "./packages.ts";
import { scriptOf } from "./run-script.ts";
import { checkSecretValues } from "./secrets.ts";
import { checkAdd, checkNoIgnore, checkOrder, checkSecretFiles } from "./sources.ts";

/** What works and still hurts: our own rules, behind BuildKit's. */
export function checkAdvice(source: CheckSource, findings: Findings): void {
  const { stages } = source.dockerfile;
  const nodes = linkStages(stages.map((stage) => ({ stage, baseName: stage.from.base })));
  const target = source.target === undefined ? nodes.at(-1) : findStage(nodes, source.target);
  const chain = chainOf(target);
  checkPins(stages, findings);
  for (const stage of stages) checkStage(stage, chain.includes(stage), findings);
  checkNoIgnore(stages, source.ignore !== undefined, findings);
  const [bottom] = chain;
  const image =
    bottom === undefined || bottom.from.base === "scratch" ? undefined : source.baseImage?.(bottom.from.base);
  checkUser(chain, image?.user, findings);
  const entrypoint = checkEntrypoint(chain, findings);
  const words = entrypoint && findings.words(entrypoint);
  if (entrypoint !== undefined && words !== undefined)
    findings.advise(
      "EntrypointSwallowsCmd",
      "The shell form of ENTRYPOINT ignores CMD and the arguments of docker run, and passes on no signals",
      entrypoint,
      { range: words.keyword, fixes: toExecForm(words, entrypoint.command.words.join(" ")) },
    );
}

/** `shipped`: its layers are in the image; of a stage that is only copied from nothing is left behind. */
function checkStage(stage: Stage, shipped: boolean, findings: Findings): void {
  const environment = new Set<string>();
  let shell: readonly string[] = [];
  stage.instructions.forEach((instruction: Instruction, index) => {
    checkSecretValues(instruction, findings);
    switch (instruction.kind) {
      case "ENV":
      case "ARG":
        for (const { key } of instruction.entries) environment.add(key);
        return;
      case "SHELL":
        shell = instruction.shell;
        return;
      case "COPY":
        return checkSecretFiles(instruction, findings);
      case "ADD":
        checkSecretFiles(instruction, findings);
        return checkAdd(instruction, findings);
      case "RUN": {
        const script = scriptOf(instruction, findings);
        checkUpdateAlone(script, stage.instructions[index + 1], findings);
        if (shipped) {
          checkPackageLists(script, findings);
          checkPackageCaches(script, environment, findings);
        }
        checkQuestions(script, findings);
        checkSudo(script, findings);
        checkCd(script, findings);
        return checkPipe(script, shell, findings);
      }
      default:
        return;
    }
  });
  checkOrder(stage, findings);
}

/** The stages whose layers are in the image, from below. */
function chainOf(node: StageNode | undefined): Stage[] {
  return node === undefined ? [] : [...chainOf(node.base), node.stage];
}
