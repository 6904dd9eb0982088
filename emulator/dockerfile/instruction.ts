/**
 * A Dockerfile as data: what the parser gives, before any variable is expanded. One word goes through every stage:
 * `WORKDIR` -> `parseWorkdir` -> `WorkdirInstruction` -> `dispatchWorkdir`.
 */

/** Lines of the source, 1-based, both included. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

interface Common {
  /** From the keyword to the last line of the instruction, heredoc bodies included. */
  readonly lines: LineRange;
  /** The logical line as written: continuations joined, comments between them gone, heredoc bodies not in it. */
  readonly original: string;
  /** The comment block right above, without `#` and the space after it. */
  readonly comment: readonly string[];
}

/** Values are as written: quotes, escapes and variables are the expansion's (`word.ts`). */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
  /** Written as `ENV key value`, without `=`. */
  readonly legacy: boolean;
}

/** A file written in place: `COPY <<EOF /x`, or a heredoc of RUN. */
export interface InlineFile {
  /** `EOF` */
  readonly name: string;
  readonly content: string;
  /** False when the name was quoted: no variables in the content. */
  readonly expand: boolean;
  /** `<<-`: leading tabs are taken off every line. Already done in `content`; RUN's shell needs to know. */
  readonly chomp: boolean;
  /** Lines of the body, without the terminator. */
  readonly lines: LineRange;
}

/** `["a", "b"]`, or a line for the shell. */
export interface Command {
  readonly words: readonly string[];
  /** The one word goes to the stage's SHELL. */
  readonly shell: boolean;
}

/** Of COPY and ADD. Paths are unexpanded; the last word was the destination. */
export interface Sources {
  readonly paths: readonly string[];
  readonly inline: readonly InlineFile[];
  readonly destination: string;
}

export interface FromInstruction extends Common {
  readonly kind: "FROM";
  /** Unexpanded. */
  readonly base: string;
  /** Lower case; undefined without AS. */
  readonly name: string | undefined;
  /** As written. */
  readonly nameAsWritten: string | undefined;
  /** Unexpanded; undefined when not given. */
  readonly platform: string | undefined;
  /** The keyword `AS` as written. */
  readonly asKeyword: string | undefined;
}

export interface RunInstruction extends Common {
  readonly kind: "RUN";
  readonly command: Command;
  /** Heredocs of the command, as the shell gets them; a RUN that is one heredoc alone is a script of it. */
  readonly inline: readonly InlineFile[];
  /** Values of `--mount`, unexpanded: `type=cache,target=/x`. */
  readonly mounts: readonly string[];
  readonly network: "default" | "none" | "host";
  readonly security: "sandbox" | "insecure";
  /** Values of `--device`. */
  readonly devices: readonly string[];
}

export interface CopyInstruction extends Common {
  readonly kind: "COPY";
  readonly sources: Sources;
  /** Unexpanded stage, index or image. */
  readonly from: string | undefined;
  readonly chown: string | undefined;
  readonly chmod: string | undefined;
  readonly link: boolean;
  readonly parents: boolean;
  readonly exclude: readonly string[];
}

export interface AddInstruction extends Common {
  readonly kind: "ADD";
  readonly sources: Sources;
  readonly chown: string | undefined;
  readonly chmod: string | undefined;
  readonly link: boolean;
  readonly keepGitDir: boolean | undefined;
  readonly checksum: string | undefined;
  /** `--unpack`: undefined leaves it to what the source is. */
  readonly unpack: boolean | undefined;
  readonly exclude: readonly string[];
}

export interface EnvInstruction extends Common {
  readonly kind: "ENV";
  readonly entries: readonly KeyValue[];
}

export interface LabelInstruction extends Common {
  readonly kind: "LABEL";
  readonly entries: readonly KeyValue[];
}

export interface ArgInstruction extends Common {
  readonly kind: "ARG";
  /** Undefined: no default. */
  readonly entries: readonly { readonly key: string; readonly value: string | undefined }[];
}

export interface WorkdirInstruction extends Common {
  readonly kind: "WORKDIR";
  readonly path: string;
}

export interface UserInstruction extends Common {
  readonly kind: "USER";
  readonly user: string;
}

export interface ExposeInstruction extends Common {
  readonly kind: "EXPOSE";
  readonly ports: readonly string[];
}

export interface VolumeInstruction extends Common {
  readonly kind: "VOLUME";
  readonly volumes: readonly string[];
}

export interface EntrypointInstruction extends Common {
  readonly kind: "ENTRYPOINT";
  readonly command: Command;
}

export interface CmdInstruction extends Common {
  readonly kind: "CMD";
  readonly command: Command;
}

/** Durations in nanoseconds; undefined when not given. */
export interface HealthcheckInstruction extends Common {
  readonly kind: "HEALTHCHECK";
  /** `["NONE"]`, `["CMD", …]`, `["CMD-SHELL", line]`. */
  readonly test: readonly string[];
  readonly interval: number | undefined;
  readonly timeout: number | undefined;
  readonly startPeriod: number | undefined;
  readonly startInterval: number | undefined;
  readonly retries: number | undefined;
}

export interface StopsignalInstruction extends Common {
  readonly kind: "STOPSIGNAL";
  readonly signal: string;
}

export interface ShellInstruction extends Common {
  readonly kind: "SHELL";
  readonly shell: readonly string[];
}

export interface OnbuildInstruction extends Common {
  readonly kind: "ONBUILD";
  /** The trigger, as it goes into the image: `COPY . /app`. */
  readonly expression: string;
}

export interface MaintainerInstruction extends Common {
  readonly kind: "MAINTAINER";
  readonly maintainer: string;
}

/** What may stand in a stage after its FROM. */
export type Instruction =
  | RunInstruction
  | CopyInstruction
  | AddInstruction
  | EnvInstruction
  | LabelInstruction
  | ArgInstruction
  | WorkdirInstruction
  | UserInstruction
  | ExposeInstruction
  | VolumeInstruction
  | EntrypointInstruction
  | CmdInstruction
  | HealthcheckInstruction
  | StopsignalInstruction
  | ShellInstruction
  | OnbuildInstruction
  | MaintainerInstruction;

export type InstructionKind = Instruction["kind"] | "FROM";

export interface Stage {
  readonly from: FromInstruction;
  readonly instructions: readonly Instruction[];
  /** From FROM to the last line before the next stage's own comment. */
  readonly lines: LineRange;
}

/** `# syntax=`, `# escape=`, `# check=` at the top. */
export interface Directives {
  readonly escape: "\\" | "`";
  readonly syntax: { readonly value: string; readonly line: number } | undefined;
  readonly check:
    | {
        readonly skip: readonly string[] | "all";
        readonly error: boolean;
        readonly experimental: readonly string[] | "all";
        readonly line: number;
      }
    | undefined;
}

/** What the parser itself minds: empty continuation lines. */
export interface ParseWarning {
  readonly rule: "NoEmptyContinuation";
  readonly lines: LineRange;
}

export interface Dockerfile {
  readonly directives: Directives;
  /** ARGs before the first FROM. */
  readonly metaArgs: readonly ArgInstruction[];
  readonly stages: readonly Stage[];
  readonly warnings: readonly ParseWarning[];
}

/**
 * A Dockerfile that cannot be read. The message is BuildKit's (`unknown instruction: FORM`, `COPY requires at least two
 * arguments, …`), without the `dockerfile parse error on line N: ` before it and the suggestion behind it; both are put
 * together by `messageOf` (`message.ts`).
 */
export class DockerfileError extends Error {
  constructor(
    message: string,
    readonly lines: LineRange,
    /** "FROM" for `did you mean FROM?`. */
    readonly suggestion?: string,
    /** False where BuildKit says no `dockerfile parse error on line N: `: lexical errors, and a file without a stage. */
    readonly prefixed: boolean = true,
  ) {
    super(message);
    this.name = "DockerfileError";
  }
}
