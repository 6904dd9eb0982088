import { defineTypes, type GoType } from "./type.ts";

/** `docker image inspect`, as Docker's client decodes it. */
const source = `
image.InspectResponse: ID=Id string, RepoTags []string, RepoDigests []string, Parent string, Comment string, Created string?, Container string?, ContainerConfig *any?, DockerVersion string, Author string, Config *v1.DockerOCIImageConfig, Architecture string, Variant string?, Os string, OsVersion string?, Size int64, VirtualSize int64?, GraphDriver storage.DriverData, RootFS image.RootFS, Metadata image.Metadata, Descriptor *any?, Manifests []any?
v1.DockerOCIImageConfig: ^v1.ImageConfig, ^v1.DockerOCIImageConfigExt
v1.ImageConfig: User string?, ExposedPorts map[string]struct{}?, Env []string?, Entrypoint []string?, Cmd []string?, Volumes map[string]struct{}?, WorkingDir string?, Labels map[string]string?, StopSignal string?, ArgsEscaped bool?
v1.DockerOCIImageConfigExt: Healthcheck *v1.HealthcheckConfig?, OnBuild []string?, Shell []string?
v1.HealthcheckConfig: Test []string?, Interval duration?, Timeout duration?, StartPeriod duration?, StartInterval duration?, Retries int?
storage.DriverData: Data map[string]string, Name string
image.RootFS: Type string?, Layers []string?
image.Metadata: LastTagTime time
struct{}:
`;

let types: ((name: string) => GoType) | undefined;

export function imageType(): GoType {
  return (types ??= defineTypes(source))("image.InspectResponse");
}
