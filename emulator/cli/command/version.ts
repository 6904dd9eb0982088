import * as system from "../../client/system.ts";
import { inspectFormat } from "../flag/format.ts";
import { noArguments } from "../arguments.ts";
import { command, StatusError, type Cli } from "../command.ts";
import { API_VERSION } from "../../client/engine.ts";
import type { SystemVersion } from "../../spec/engine-api.generated.ts";
import { decodeGo } from "../gotype/decode.ts";
import { versionType } from "../gotype/system.ts";
import { TemplateExecError } from "../template.ts";
import type { GoValue } from "../template/value.ts";
import { runOrFail } from "../run-template.ts";
import { errorText } from "../error-text.ts";
import { CLIENT_API_VERSION, CLIENT_BUILD_TIME, CLIENT_COMMIT, CLIENT_GO_VERSION, CLIENT_VERSION } from "../version.ts";

export const version = command({
  use: "version [OPTIONS]",
  short: "Show the Docker version information",
  args: noArguments,
  flags: {
    format: inspectFormat("f"),
  },
  async run({ cli, flags }) {
    let server: SystemVersion | undefined;
    let failure = "";
    try {
      server = await system.version(cli.engine);
    } catch (error) {
      if (cli.invocation.signal.aborted) throw error;
      failure = errorText(error);
    }
    if (flags.format === "") await cli.out(plainText(server));
    else await cli.out(await formatted(cli, flags.format, decodeGo(versionType(), described(server))));
    if (failure !== "") throw new StatusError(1, failure);
    return 0;
  },
});

/** A template that fails leaves an empty line before its error. */
async function formatted(cli: Cli, format: string, value: GoValue): Promise<string> {
  try {
    return runOrFail(format, "version", value);
  } catch (error) {
    if (error instanceof TemplateExecError) await cli.out("\n");
    throw error;
  }
}

const client = {
  Version: CLIENT_VERSION,
  ApiVersion: API_VERSION,
  DefaultAPIVersion: CLIENT_API_VERSION,
  GitCommit: CLIENT_COMMIT,
  GoVersion: CLIENT_GO_VERSION,
  Os: "linux",
  Arch: "amd64",
  BuildTime: CLIENT_BUILD_TIME,
  Context: "default",
};

function described(server: SystemVersion | undefined) {
  if (server === undefined) return { Client: client, Server: null };
  const components = (server.Components ?? []).map(({ Name, Version, Details }) => ({
    Name,
    Version,
    Details: Object.fromEntries(
      Object.entries(Details ?? {}).map(([key, value]) => [
        key,
        key === "BuildTime" ? buildTime(String(value)) : String(value),
      ]),
    ),
  }));
  const { Platform, Version, ApiVersion, MinAPIVersion, GitCommit, GoVersion, Os, Arch, KernelVersion, BuildTime } =
    server;
  return {
    Client: client,
    Server: {
      Platform: { Name: Platform?.Name ?? "" },
      Components: components,
      Version: Version ?? "",
      ApiVersion: ApiVersion ?? "",
      MinAPIVersion: MinAPIVersion ?? "",
      GitCommit: GitCommit ?? "",
      GoVersion: GoVersion ?? "",
      Os: Os ?? "",
      Arch: Arch ?? "",
      KernelVersion: KernelVersion ?? "",
      BuildTime: BuildTime ?? "",
    },
  };
}

const line = (indent: number, label: string, value: string): string =>
  `${" ".repeat(indent)}${`${label}:`.padEnd(20 - indent)}${value}\n`;

function plainText(server: SystemVersion | undefined): string {
  const downgraded =
    server === undefined ? CLIENT_API_VERSION : `${API_VERSION} (downgraded from ${CLIENT_API_VERSION})`;
  const own = [
    line(1, "Version", CLIENT_VERSION),
    line(1, "API version", downgraded),
    line(1, "Go version", CLIENT_GO_VERSION),
    line(1, "Git commit", CLIENT_COMMIT),
    line(1, "Built", CLIENT_BUILD_TIME),
    line(1, "OS/Arch", "linux/amd64"),
    line(1, "Context", "default"),
  ];
  if (server === undefined) return `Client:\n${own.join("")}`;
  const name = server.Platform?.Name ?? "";
  const components = (server.Components ?? []).map((component) => componentText(component));
  return `Client:\n${own.join("")}\nServer:${name === "" ? "" : ` ${name}`}\n${components.join("")}`;
}

function componentText({ Name, Version, Details }: NonNullable<SystemVersion["Components"]>[number]): string {
  const details = new Map(Object.entries(Details ?? {}).map(([key, value]) => [key, String(value)]));
  const detail = (key: string): string => details.get(key) ?? "";
  const head = ` ${Name}:\n${line(2, "Version", Version)}`;
  if (Name !== "Engine")
    return (
      head +
      [...details]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => line(2, key, value))
        .join("")
    );
  return [
    head,
    line(2, "API version", `${detail("ApiVersion")} (minimum version ${detail("MinAPIVersion")})`),
    line(2, "Go version", detail("GoVersion")),
    line(2, "Git commit", detail("GitCommit")),
    line(2, "Built", buildTime(detail("BuildTime"))),
    line(2, "OS/Arch", `${detail("Os")}/${detail("Arch")}`),
    line(2, "Experimental", detail("Experimental")),
  ].join("");
}

/** As Go's time.ANSIC: `Thu Jan  1 00:00:00 2026`. */
function buildTime(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) return text;
  const [day = "", date = "", month = "", year = "", clock = ""] = time.toUTCString().replace(",", "").split(" ");
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${clock} ${year}`;
}
