import { bool, string, duration } from "../../flag/scalar.ts";
import { noArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const ca = command({
  use: "ca [OPTIONS]",
  short: "Display and rotate the root CA",
  args: noArguments,
  flags: {
    "ca-cert": string("", "Path to the PEM-formatted root CA certificate to use for the new cluster", "", "pem-file"),
    "ca-key": string("", "Path to the PEM-formatted root CA key to use for the new cluster", "", "pem-file"),
    "cert-expiry": duration("", "Validity period for node certificates (ns|us|ms|s|m|h)", "2160h0m0s"),
    detach: bool("d", "Exit immediately instead of waiting for the root rotation to converge"),
    "external-ca": string("", "Specifications of one or more certificate signing endpoints", "", "external-ca"),
    quiet: bool("q", "Suppress progress output"),
    rotate: bool("", "Rotate the swarm CA - if no certificate or key are provided, new ones will be generated"),
  },
  run: askDaemon("GET", "/swarm"),
});
