import { defineTypes, type GoType } from "./type.ts";

/** `docker volume inspect`, as Docker's client decodes it. */
const source = `
volume.Volume: ClusterVolume *any?, CreatedAt string?, Driver string, Labels map[string]string, Mountpoint string, Name string, Options map[string]string, Scope string, Status map[string]any?, UsageData *volume.UsageData?
volume.UsageData: RefCount int64, Size int64
`;

let types: ((name: string) => GoType) | undefined;

export function volumeType(): GoType {
  return (types ??= defineTypes(source))("volume.Volume");
}
