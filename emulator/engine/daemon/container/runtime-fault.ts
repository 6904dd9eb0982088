import { EngineFault, InvalidParameter, messageOf, System } from "../../errors.ts";
import { GuestFileError, RuntimeError, type Files } from "../../runtime.ts";

const createPrefix =
  "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ";
const execPrefix = "OCI runtime exec failed: exec failed: unable to start container process: ";

export interface RuntimeFault {
  readonly fault: EngineFault;
  /** 127 when the command is not there, 126 when it cannot be run, 128 for everything else. */
  readonly exitCode: number;
}

interface Command {
  readonly files: Files;
  /** Undefined when the root is not mounted (any more). */
  readonly root: string | undefined;
  readonly path: string;
  readonly cwd: string;
}

/** Why a container did not start, worded as dockerd words what runc says. */
export async function startFault(error: unknown, command: Command): Promise<RuntimeFault> {
  if (!(error instanceof RuntimeError)) return { fault: engineFault(error), exitCode: 128 };
  const { reason, exitCode } = await wording(error, command);
  return {
    fault: exitCode === 128 ? new System(createPrefix + reason) : new InvalidParameter(createPrefix + reason),
    exitCode,
  };
}

/** The same for `docker exec`, where every such failure is 126. */
export async function execFault(error: unknown, command: Command): Promise<RuntimeFault> {
  if (!(error instanceof RuntimeError)) return { fault: engineFault(error), exitCode: 126 };
  const { reason } = await wording(error, command);
  return { fault: new InvalidParameter(execPrefix + reason), exitCode: 126 };
}

function engineFault(error: unknown): EngineFault {
  return error instanceof EngineFault ? error : new System(messageOf(error), { cause: error });
}

async function wording(error: RuntimeError, command: Command): Promise<{ reason: string; exitCode: number }> {
  const quoted = JSON.stringify(command.path);
  switch (error.kind) {
    case "not-found":
      return {
        reason: command.path.includes("/")
          ? `exec: ${quoted}: stat ${command.path}: no such file or directory: unknown`
          : `exec: ${quoted}: executable file not found in $PATH: unknown`,
        exitCode: 127,
      };
    case "not-executable":
      return {
        reason: (await isDirectory(command))
          ? `exec: ${quoted}: is a directory: unknown: permission denied`
          : `exec: ${quoted}: permission denied: unknown`,
        exitCode: 126,
      };
    case "other":
      return { reason: `${runtimeReason(error.reason, command)}: unknown`, exitCode: 128 };
  }
}

async function isDirectory({ files, root, path, cwd }: Command): Promise<boolean> {
  if (root === undefined || !path.includes("/")) return false;
  const absolute = path.startsWith("/") ? path : `${cwd}/${path}`;
  try {
    return (await files.stat(root, absolute, { follow: true }))?.kind === "directory";
  } catch (error) {
    if (error instanceof GuestFileError) return false;
    throw error;
  }
}

/** crun's text with runc's words where Docker's users know them. */
function runtimeReason(reason: string, { cwd }: Command): string {
  const errno = /: ([A-Z][^:]+)$/.exec(reason)?.[1]?.toLowerCase();
  if (/\bchdir\b|\bcwd\b/i.test(reason) && errno !== undefined)
    return `chdir to cwd (${JSON.stringify(cwd)}) set in config.json failed: ${errno}`;
  const lowered = errno === undefined ? reason : reason.slice(0, -errno.length) + errno;
  const mount = /^mount `([^`]*)` to `([^`]*)`: (.*)$/.exec(lowered);
  if (mount === null) return lowered;
  const [, source = "", target = "", why = ""] = mount;
  const hint =
    why === "not a directory"
      ? ": unknown: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type"
      : "";
  return `error during container init: error mounting "${source}" to rootfs at "/${target.replace(/^\//, "")}": ${why}${hint}`;
}
