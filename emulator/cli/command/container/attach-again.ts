import type { ResumePoint } from "../../invocation.ts";

/** How a container's foreground is taken up again after a restore: what is attached stays attached. */
export function attachAgain(
  id: string,
  options: { readonly stdin: boolean; readonly sigProxy: boolean; readonly detachKeys: string },
): ResumePoint {
  return {
    kind: "command",
    args: [
      "attach",
      ...(options.stdin ? [] : ["--no-stdin"]),
      ...(options.sigProxy ? [] : ["--sig-proxy=false"]),
      ...(options.detachKeys === "" ? [] : [`--detach-keys=${options.detachKeys}`]),
      id,
    ],
  };
}
