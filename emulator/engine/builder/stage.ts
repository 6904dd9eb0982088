import type { FromInstruction, Instruction } from "../../dockerfile/instruction.ts";
import type { History, RunConfig } from "../../spec/oci-image.ts";
import { expander, type Expand } from "./dispatch/expand.ts";
import type { Platform } from "../../dockerfile/checks/platform.ts";
import type { Op } from "./op.ts";

/** An instruction as it stands in a stage, with the stages it reads from. */
export interface StageCommand {
  readonly instruction: Instruction;
  readonly sources: readonly (StageState | undefined)[];
  readonly onbuild: boolean;
}

export type NewHistory = Pick<History, "created_by" | "comment" | "empty_layer">;

/** The default of a root file system that says nothing: what BuildKit sets. */
export const defaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Variables that are an instruction's business and never the environment's. */
const notInEnvironment = new Set(["SOURCE_DATE_EPOCH", "BUILDKIT_SYNTAX", "BUILDKIT_DOCKERFILE_CHECK"]);

/**
 * A stage while its instructions are dispatched: configuration, variables and history so far, and the op that makes its
 * files. An image that only `COPY --from` or a mount names is a stage without instructions (`from` undefined).
 */
export class StageState {
  base: StageState | undefined;
  commands: StageCommand[] = [];
  config: RunConfig = {};
  author: string | undefined;
  history: (History | NewHistory)[] = [];
  /** History of the base image is at the beginning, up to here. */
  inherited = 0;
  op: Op | undefined;
  cmdSet = false;
  ignoreCache = false;
  /** Asked for with `--platform`, of FROM or of the build. */
  platform: Platform | undefined;
  /** How many steps it has that make files, and how many were named: `[2/5]`. */
  total = 0;
  named = 0;
  dispatched = false;
  readonly env = new Map<string, string>();
  /** In order, with the last value of each. */
  readonly buildArgs = new Map<string, string | undefined>();

  constructor(
    readonly index: number,
    readonly from: FromInstruction | undefined,
    /** Expanded: a stage's name, a reference, `scratch`. */
    public baseName: string,
    /** As progress shows it; empty when there is only one. */
    public displayName: string,
    readonly escape: "\\" | "`",
  ) {}

  get name(): string | undefined {
    return this.from?.name;
  }

  get expand(): Expand {
    return expander(this.env, this.escape);
  }

  /** Everything of the stage it stands on. */
  inherit(base: StageState): void {
    this.op = base.op;
    const { OnBuild: _triggers, ...config } = base.config;
    this.config = config;
    this.author = base.author;
    this.history = [...base.history];
    this.inherited = base.inherited;
    for (const [key, value] of base.env) this.env.set(key, value);
    for (const [key, value] of base.buildArgs) this.buildArgs.set(key, value);
  }

  /** The environment begins with the image's own. */
  begin(): void {
    const env = this.config.Env ?? [];
    if (!env.some((entry) => entry.startsWith("PATH="))) this.config = { ...this.config, Env: [...env, defaultPath] };
    for (const entry of this.config.Env ?? []) {
      const mark = entry.indexOf("=");
      this.env.set(mark < 0 ? entry : entry.slice(0, mark), mark < 0 ? "" : entry.slice(mark + 1));
    }
  }

  setVariable(key: string, value: string): void {
    if (!notInEnvironment.has(key)) this.env.set(key, value);
  }

  /** `[build 2/5] RUN make`. */
  prefixed(text: string, onbuild: boolean): string {
    if (this.total === 0) return text;
    this.named++;
    const width = String(this.total).length;
    const counter = `${String(this.named).padStart(width)}/${String(this.total)}`;
    const prefix = this.displayName === "" ? "" : `${this.displayName} `;
    return `[${prefix}${counter}] ${onbuild ? "ONBUILD " : ""}${text}`;
  }

  commit(createdBy: string, layer: boolean): void {
    this.history.push({
      created_by: createdBy,
      comment: "buildkit.dockerfile.v0",
      ...(layer ? {} : { empty_layer: true }),
    });
  }
}
