import { group } from "../../command.ts";
import { inspect } from "./inspect.ts";
import { revoke } from "./revoke.ts";
import { sign } from "./sign.ts";
import { key } from "./key/index.ts";
import { signer } from "./signer/index.ts";

export const trust = group({
  use: "trust",
  short: "Manage trust on Docker images",
  commands: { key, signer, inspect, revoke, sign },
});
