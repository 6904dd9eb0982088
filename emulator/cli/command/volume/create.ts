import * as volumes from "../../../client/volume.ts";
import { string } from "../../flag/scalar.ts";
import { list, map } from "../../flag/list.ts";
import { withTraits } from "../../flag/flag.ts";
import { bytes } from "../../opts/size.ts";
import { atMost } from "../../arguments.ts";
import { command } from "../../command.ts";
import { keyValues, validateLabel } from "../../opts/environment.ts";

export const create = command({
  use: "create [OPTIONS] [VOLUME]",
  short: "Create a volume",
  args: atMost(1),
  flags: {
    availability: withTraits(string("", 'Cluster Volume availability ("active", "pause", "drain")', "active"), {
      hidden: true,
      swarm: true,
    }),
    driver: string("d", "Specify volume driver name", "local"),
    group: withTraits(string("", "Cluster Volume group (cluster volumes)"), { hidden: true, swarm: true }),
    label: list("", "Set metadata for a volume", { parse: validateLabel }),
    "limit-bytes": withTraits(bytes("", "Minimum size of the Cluster Volume in bytes"), { hidden: true, swarm: true }),
    opt: map("o", "Set driver specific options"),
    "required-bytes": withTraits(bytes("", "Maximum size of the Cluster Volume in bytes"), {
      hidden: true,
      swarm: true,
    }),
    scope: withTraits(string("", 'Cluster Volume access scope ("single", "multi")', "single"), {
      hidden: true,
      swarm: true,
    }),
    secret: withTraits(map("", "Cluster Volume secrets"), { hidden: true, swarm: true }),
    sharing: withTraits(string("", 'Cluster Volume access sharing ("none", "readonly", "onewriter", "all")', "none"), {
      hidden: true,
      swarm: true,
    }),
    "topology-preferred": withTraits(list("", "A topology that the Cluster Volume would be preferred in"), {
      hidden: true,
      swarm: true,
    }),
    "topology-required": withTraits(list("", "A topology that the Cluster Volume must be accessible from"), {
      hidden: true,
      swarm: true,
    }),
    type: withTraits(string("", 'Cluster Volume access type ("mount", "block")', "block"), {
      hidden: true,
      swarm: true,
    }),
  },
  async run({ cli, flags, args }) {
    const [name] = args;
    const created = await volumes.create(cli.engine, {
      ...(name === undefined ? {} : { Name: name }),
      Driver: flags.driver,
      ...(Object.keys(flags.opt).length === 0 ? {} : { DriverOpts: flags.opt }),
      ...(flags.label.length === 0 ? {} : { Labels: keyValues(flags.label) }),
    });
    await cli.out(`${created}\n`);
    return 0;
  },
});
