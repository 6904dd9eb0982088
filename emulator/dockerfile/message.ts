import type { DockerfileError } from "./instruction.ts";

/** The whole message as BuildKit prints it: `dockerfile parse error on line 3: unknown instruction: FORM (did you mean FROM?)`. */
export function messageOf(error: DockerfileError): string {
  const prefix = error.prefixed ? `dockerfile parse error on line ${error.lines.start}: ` : "";
  return prefix + withSuggestion(error.message, error.suggestion);
}

/**
 * The whole message as the classic builder prints it: it names flags without their dashes, and says where a lexical error
 * was.
 */
export function classicMessageOf(error: DockerfileError, dockerfileName = "Dockerfile"): string {
  if (error.message === empty) return `the Dockerfile (${dockerfileName}) cannot be empty`;
  const flag =
    /^(unknown flag: |duplicate flag specified: |missing a value on flag: |expecting boolean value for flag )--/;
  const message = withSuggestion(error.message.replace(flag, "$1"), error.suggestion);
  if (error.prefixed) return `dockerfile parse error on line ${error.lines.start}: ${message}`;
  return error.message === noStage || error.message === noStages
    ? message
    : `failed to parse ${dockerfileName}: ${message}`;
}

/** A file of no bytes. */
export const empty = "the Dockerfile cannot be empty";

/** An instruction that is no ARG before the first FROM. */
export const noStage = "no build stage in current context";

/** A file with nothing but ARGs. */
export const noStages = "dockerfile contains no stages to build";

export function withSuggestion(message: string, suggestion: string | undefined): string {
  return suggestion === undefined ? message : `${message} (did you mean ${suggestion}?)`;
}
