import type { Volume } from "../../../spec/engine-api.generated.ts";
import type { VolumeRecord } from "../../records.ts";
import { rfc3339 } from "../../time.ts";

/** A volume as `docker volume inspect` shows it, with Docker's fields in Docker's order. */
export function volumeJson(volume: VolumeRecord): Volume {
  return {
    CreatedAt: rfc3339(volume.created).replace(/\.\d+Z$/, "Z"),
    Driver: volume.driver,
    // Go writes a map that is not there as null.
    Labels: volume.labels as Volume["Labels"],
    Mountpoint: volume.mountpoint,
    Name: volume.name,
    Options: volume.options as Volume["Options"],
    Scope: "local",
  };
}
