import { map } from "../../flag/list.ts";
import { string } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { contextNotFound, defaultContext } from "./default-context.ts";

export const update = command({
  use: "update [OPTIONS] CONTEXT",
  short: "Update a context",
  long: 'Update a context\n\nDocker endpoint config:\n\nNAME                DESCRIPTION\nfrom                Copy named context\'s Docker endpoint configuration\nhost                Docker endpoint on which to connect\nca                  Trust certs signed only by this CA\ncert                Path to TLS certificate file\nkey                 Path to TLS key file\nskip-tls-verify     Skip TLS certificate validation\n\nExample:\n\n$ docker context update my-context --description "some description" --docker "host=tcp://myserver:2376,ca=~/ca-file,cert=~/cert-file,key=~/key-file"',
  args: exactly(1),
  flags: {
    description: string("", "Description of the context"),
    docker: map("", "set the docker endpoint", { word: "stringToString", shownDefault: "[]" }),
  },
  run({ args }) {
    const [name = ""] = args;
    return Promise.reject(name === defaultContext.Name ? new Error(refusal(name)) : contextNotFound(name));
  },
});

function refusal(name: string): string {
  return `context ${JSON.stringify(name)} cannot be updated`;
}
