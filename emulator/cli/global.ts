import { StatusError, type Cli } from "./command.ts";
import { root, rootSections } from "./command/root.ts";
import { bool, string } from "./flag/scalar.ts";
import { list } from "./flag/list.ts";
import { FlagError, parseFlags } from "./flags.ts";
import { helpColumns, rootHelp } from "./help.ts";
import { CLIENT_COMMIT, CLIENT_VERSION } from "./version.ts";
import type { Transport } from "../client/transport.ts";

const SOCKET = "unix:///var/run/docker.sock";
const levels = new Set(["panic", "fatal", "error", "warn", "warning", "info", "debug", "trace"]);

function globalFlags(config: string) {
  return {
    config: string("", "Location of client config files", config),
    context: string(
      "c",
      'Name of the context to use to connect to the daemon (overrides DOCKER_HOST env var and default context set with "docker context use")',
    ),
    debug: bool("D", "Enable debug mode"),
    host: list("H", "Daemon socket to connect to"),
    "log-level": string("l", 'Set the logging level ("debug", "info", "warn", "error", "fatal")', "info"),
    tls: bool("", "Use TLS; implied by --tlsverify"),
    tlscacert: string("", "Trust certs signed only by this CA", `${config}/ca.pem`),
    tlscert: string("", "Path to TLS certificate file", `${config}/cert.pem`),
    tlskey: string("", "Path to TLS key file", `${config}/key.pem`),
    tlsverify: bool("", "Use TLS and verify the remote"),
    version: bool("v", "Print version information and quit"),
  };
}

function configFolder({ invocation: { env } }: Cli): string {
  return env["DOCKER_CONFIG"] ?? `${env["HOME"] ?? "/root"}/.docker`;
}

export async function printRootHelp(cli: Cli, to: "out" | "err"): Promise<void> {
  const columns = helpColumns(cli.invocation.terminal);
  await cli[to](rootHelp(root, globalFlags(configFolder(cli)), rootSections, columns));
}

/** Takes the options before the command. A number ends the call with that exit code. */
export async function parseGlobals(
  cli: Cli,
): Promise<{ readonly cli: Cli; readonly args: readonly string[] } | number> {
  const parsed = parseTop(cli);
  if (parsed.help !== "no") {
    if (parsed.help === "shorthand") await cli.err("Flag shorthand -h has been deprecated, use --help\n");
    await printRootHelp(cli, "out");
    return 0;
  }
  const { values, changed, args } = parsed;
  if (values.version) {
    await cli.out(`Docker version ${CLIENT_VERSION}, build ${CLIENT_COMMIT}\n`);
    return 0;
  }
  if (!levels.has(values["log-level"].toLowerCase()))
    throw new StatusError(1, `Unable to parse logging level: ${values["log-level"]}`);
  if (values.host.length > 1) throw new StatusError(1, "Specify only one -H");
  if (changed.has("host") && changed.has("context"))
    throw new StatusError(1, "conflicting options: cannot specify both --host and --context");
  const context = changed.has("context") ? values.context : (cli.invocation.env["DOCKER_CONTEXT"] ?? "");
  if (context !== "" && context !== "default" && !changed.has("host")) throw contextNotFound(context);
  const host = values.host[0] ?? (context === "" ? (cli.invocation.env["DOCKER_HOST"] ?? "") : "");
  return { cli: host === "" ? cli : atHost(cli, host), args };
}

function contextNotFound(name: string): StatusError {
  return new StatusError(
    1,
    `Failed to initialize: unable to resolve docker endpoint: context "${name}": context not found`,
  );
}

function parseTop(cli: Cli) {
  try {
    return parseFlags(globalFlags(configFolder(cli)), cli.invocation.args, { interspersed: false });
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    const usage = "Usage:  docker [OPTIONS] COMMAND [ARG...]";
    throw new StatusError(125, `${error.message}\n\n${usage}\n\nRun 'docker --help' for more information`);
  }
}

/** There is one engine, behind one socket: any other address is a daemon that does not run. */
function atHost(cli: Cli, host: string): Cli {
  if (!/^(?:unix|tcp|ssh|npipe|fd|http|https):\/\//.test(host) && host.includes("://"))
    throw new StatusError(
      1,
      `Failed to initialize: unable to resolve docker endpoint: invalid bind address format: ${host}`,
    );
  if (host === SOCKET || host === "unix:///run/docker.sock" || host === "unix://") return cli;
  const refuse = (): Promise<never> =>
    Promise.reject(new Error(`Cannot connect to the Docker daemon at ${host}. Is the docker daemon running?`));
  const transport: Transport = { request: refuse, hijack: refuse };
  return { ...cli, engine: { ...cli.engine, transport } };
}
