import { invalidContextName } from "./default-context.ts";
import { map } from "../../flag/list.ts";
import { string } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";

/** Contexts lead to other engines, and there is no way from here to any. */
export const create = command({
  use: "create [OPTIONS] CONTEXT",
  short: "Create a context",
  long: 'Create a context\n\nDocker endpoint config:\n\nNAME                DESCRIPTION\nfrom                Copy named context\'s Docker endpoint configuration\nhost                Docker endpoint on which to connect\nca                  Trust certs signed only by this CA\ncert                Path to TLS certificate file\nkey                 Path to TLS key file\nskip-tls-verify     Skip TLS certificate validation\n\nExample:\n\n$ docker context create my-context --description "some description" --docker "host=tcp://myserver:2376,ca=~/ca-file,cert=~/cert-file,key=~/key-file"',
  args: exactly(1),
  flags: {
    description: string("", "Description of the context"),
    docker: map("", "set the docker endpoint", { word: "stringToString", shownDefault: "[]" }),
    from: string("", "create context from a named context"),
  },
  run({ args }) {
    const [name = ""] = args;
    const invalid = invalidContextName(name);
    if (invalid !== undefined) return Promise.reject(invalid);
    return Promise.reject(new Error(`unable to create context ${JSON.stringify(name)}: this machine has one engine`));
  },
});
