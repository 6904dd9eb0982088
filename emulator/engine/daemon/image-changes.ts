import { DockerfileError, type Instruction } from "../../dockerfile/instruction.ts";
import { classicMessageOf } from "../../dockerfile/message.ts";
import { parseInstruction } from "../../dockerfile/parse.ts";
import type { RunConfig } from "../../spec/oci-image.ts";
import { expander } from "../builder/dispatch/expand.ts";
import { dispatchMetadata } from "../builder/dispatch/metadata.ts";
import { normalizeWorkdir } from "../builder/dispatch/workdir.ts";
import { InvalidParameter, messageOf } from "../errors.ts";

/** The Dockerfile instructions that `docker commit --change` and `docker import --change` take. */
const accepted = new Set<Instruction["kind"]>([
  "CMD",
  "ENTRYPOINT",
  "ENV",
  "EXPOSE",
  "HEALTHCHECK",
  "LABEL",
  "ONBUILD",
  "STOPSIGNAL",
  "USER",
  "VOLUME",
  "WORKDIR",
]);

/** Throws InvalidParameter `RUN is not a valid change command`. */
export function applyChanges(config: RunConfig, lines: readonly string[]): RunConfig {
  return lines
    .flatMap((text) => text.split("\n"))
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .reduce(applyChange, config);
}

function applyChange(config: RunConfig, line: string): RunConfig {
  const instruction = read(line);
  const variables = (config.Env ?? []).map((entry): [string, string] => {
    const mark = entry.indexOf("=");
    return mark < 0 ? [entry, ""] : [entry.slice(0, mark), entry.slice(mark + 1)];
  });
  const expand = expander(new Map(variables), "\\");
  try {
    switch (instruction.kind) {
      case "WORKDIR":
        return { ...config, WorkingDir: normalizeWorkdir(config.WorkingDir ?? "", expand.word(instruction.path)) };
      case "RUN":
      case "COPY":
      case "ADD":
      case "ARG":
        return config;
      default: {
        // A CMD that was there before stays with a new ENTRYPOINT.
        const { ArgsEscaped: _windows, ...changed } = dispatchMetadata(instruction, config, {
          expand,
          cmdSet: true,
        }).config;
        return changed;
      }
    }
  } catch (error) {
    throw error instanceof InvalidParameter ? error : new InvalidParameter(messageOf(error), { cause: error });
  }
}

function read(line: string): Instruction {
  const [word = ""] = line.split(/\s/);
  const name = word.toUpperCase();
  if (![...accepted].some((kind) => kind === name)) throw new InvalidParameter(`${name} is not a valid change command`);
  try {
    return parseInstruction(line);
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
    throw new InvalidParameter(classicMessageOf(error));
  }
}
