import * as system from "../../../client/system.ts";
import { inspectFormat } from "../../flag/format.ts";
import { noArguments } from "../../arguments.ts";
import { command, StatusError, type Cli, type Result } from "../../command.ts";
import { errorText } from "../../error-text.ts";
import { clientInfoText, serverInfoText } from "../../formatter/info.ts";
import { decodeGo } from "../../gotype/decode.ts";
import { infoType } from "../../gotype/system.ts";
import { TemplateExecError } from "../../template.ts";
import { runOrFail } from "../../run-template.ts";
import type { JsonObject } from "../../../client/json.ts";
import type { SystemInfo } from "../../../spec/engine-api.generated.ts";
import {
  CLIENT_BUILD_TIME,
  CLIENT_COMMIT,
  CLIENT_GO_VERSION,
  CLIENT_API_VERSION,
  CLIENT_VERSION,
} from "../../version.ts";

export const info = command({
  use: "info [OPTIONS]",
  short: "Display system-wide information",
  aliases: ["docker system info", "docker info"],
  args: noArguments,
  flags: {
    format: inspectFormat("f"),
  },
  async run({ cli, flags }) {
    let found: SystemInfo | undefined;
    let failure = "";
    try {
      found = await system.info(cli.engine);
    } catch (error) {
      if (cli.invocation.signal.aborted) throw error;
      failure = errorText(error);
    }
    if (flags.format !== "") return formatted(cli, flags.format, found, failure);
    await cli.out(clientInfoText);
    if (found !== undefined) await cli.out(`\nServer:\n${serverInfoText(found)}\n`);
    for (const warning of found?.Warnings ?? []) await cli.err(`${warning}\n`);
    if (failure === "") return 0;
    await cli.out("\nServer:\n");
    await cli.err(`${failure}\n`);
    throw new StatusError(1, "errors pretty printing info");
  },
});

const client = {
  Debug: false,
  Version: CLIENT_VERSION,
  DefaultAPIVersion: CLIENT_API_VERSION,
  GitCommit: CLIENT_COMMIT,
  GoVersion: CLIENT_GO_VERSION,
  Os: "linux",
  Arch: "amd64",
  BuildTime: CLIENT_BUILD_TIME,
  Context: "default",
  Plugins: [],
  Warnings: null,
};

async function formatted(cli: Cli, format: string, found: SystemInfo | undefined, failure: string): Promise<Result> {
  const errors = failure === "" ? {} : { ServerErrors: [failure] };
  const described = { ...(found as JsonObject | undefined), ClientInfo: client, ...errors };
  try {
    await cli.out(runOrFail(format, "", decodeGo(infoType(), described)));
  } catch (error) {
    if (!(error instanceof TemplateExecError)) throw error;
    await cli.out("\n");
    throw error;
  }
  return 0;
}
