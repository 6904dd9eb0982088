import { baseName, isInside, quoted, relative } from "./paths.ts";

/** What is remembered of a context: how its image is called, and which stage is built. */
export interface BuildInputs {
  readonly tag: string;
  /** Empty: the last stage. */
  readonly target: string;
}

/** Where the command is typed. */
interface Shell {
  readonly folder: string;
}

/** `docker build -t app .` in the context, with what leads there first when the shell stands elsewhere. */
export function buildCommand(shell: Shell, context: string, dockerfile: string, inputs: BuildInputs): string {
  const parts = ["docker build"];
  if (dockerfile !== `${context === "/" ? "" : context}/Dockerfile`)
    parts.push(`-f ${quoted(isInside(context, dockerfile) ? relative(context, dockerfile) : dockerfile)}`);
  if (inputs.target !== "") parts.push(`--target ${quoted(inputs.target)}`);
  if (inputs.tag !== "") parts.push(`-t ${quoted(inputs.tag)}`);
  return inFolder(shell, context, [...parts, "."].join(" "));
}

/** `docker run --rm -it -p 8080:80 app`: a port of this side for each that the image exposes. */
export function runCommand(image: string, exposed: readonly number[], taken: readonly number[]): string {
  const used = new Set(taken);
  const ports = exposed.map((port) => {
    let host = port < 1024 ? 8000 + port : port;
    while (used.has(host)) host++;
    used.add(host);
    return `-p ${host}:${port}`;
  });
  return ["docker run --rm -it", ...ports, quoted(image)].join(" ");
}

function inFolder(shell: Shell, folder: string, command: string): string {
  return shell.folder === folder ? command : `cd ${quoted(folder)} && ${command}`;
}

/** A name for the image of a folder: what Docker takes as a repository. */
export function tagOf(folder: string): string {
  const name = baseName(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return name === "" || folder === "/root" ? "app" : name;
}

/** Why Docker would not take it as a tag, or undefined. Empty is none, which is allowed. */
export function tagProblem(tag: string): string | undefined {
  if (tag === "") return undefined;
  const reference =
    /^(?:[\w.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?$/;
  return reference.test(tag) ? undefined : "A name is lower case: letters, digits, and . _ - between them.";
}
