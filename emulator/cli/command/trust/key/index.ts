import { group } from "../../../command.ts";
import { generate } from "./generate.ts";
import { load } from "./load.ts";

export const key = group({
  use: "key",
  short: "Manage keys for signing Docker images",
  commands: { generate, load },
});
