import type { JsonObject } from "../../client/json.ts";
import { defineTypes, type GoType } from "./type.ts";

/** `docker container inspect`, as Docker's client decodes it. */
const source = `
container.InspectResponse: ^*container.ContainerJSONBase, Mounts []container.MountPoint, Config *container.Config, NetworkSettings *container.NetworkSettings, ImageManifestDescriptor *ocispec.Descriptor?
container.ContainerJSONBase: ID=Id string, Created string, Path string, Args []string, State *container.State, Image string, ResolvConfPath string, HostnamePath string, HostsPath string, LogPath string, Name string, RestartCount int, Driver string, Platform string, MountLabel string, ProcessLabel string, AppArmorProfile string, ExecIDs []string, HostConfig *container.HostConfig, GraphDriver storage.DriverData, SizeRw *int64?, SizeRootFs *int64?
container.State: Status string, Running bool, Paused bool, Restarting bool, OOMKilled bool, Dead bool, Pid int, ExitCode int, Error string, StartedAt string, FinishedAt string, Health *container.Health?
container.Health: Status string, FailingStreak int, Log []*container.HealthcheckResult
container.HealthcheckResult: Start time, End time, ExitCode int, Output string
storage.DriverData: Data map[string]string, Name string
container.MountPoint: Type string?, Name string?, Source string, Destination string, Driver string?, Mode string, RW bool, Propagation string
container.Config: Hostname string, Domainname string, User string, AttachStdin bool, AttachStdout bool, AttachStderr bool, ExposedPorts nat.PortSet?, Tty bool, OpenStdin bool, StdinOnce bool, Env []string, Cmd strslice.StrSlice, Healthcheck *v1.HealthcheckConfig?, ArgsEscaped bool?, Image string, Volumes map[string]struct{}, WorkingDir string, Entrypoint strslice.StrSlice, NetworkDisabled bool?, MacAddress string?, OnBuild []string, Labels map[string]string, StopSignal string?, StopTimeout *int?, Shell strslice.StrSlice?
v1.HealthcheckConfig: Test []string?, Interval duration?, Timeout duration?, StartPeriod duration?, StartInterval duration?, Retries int?
container.HostConfig: Binds []string, ContainerIDFile string, LogConfig container.LogConfig, NetworkMode string, PortBindings nat.PortMap, RestartPolicy container.RestartPolicy, AutoRemove bool, VolumeDriver string, VolumesFrom []string, ConsoleSize [2]uint, Annotations map[string]string?, CapAdd strslice.StrSlice, CapDrop strslice.StrSlice, CgroupnsMode string, DNS=Dns []string, DNSOptions=DnsOptions []string, DNSSearch=DnsSearch []string, ExtraHosts []string, GroupAdd []string, IpcMode string, Cgroup string, Links []string, OomScoreAdj int, PidMode string, Privileged bool, PublishAllPorts bool, ReadonlyRootfs bool, SecurityOpt []string, StorageOpt map[string]string?, Tmpfs map[string]string?, UTSMode string, UsernsMode string, ShmSize int64, Sysctls map[string]string?, Runtime string?, Isolation string, ^container.Resources, Mounts []mount.Mount?, MaskedPaths []string, ReadonlyPaths []string, Init *bool?
container.LogConfig: Type string, Config map[string]string
container.RestartPolicy: Name string, MaximumRetryCount int
container.Resources: CPUShares=CpuShares int64, Memory int64, NanoCPUs=NanoCpus int64, CgroupParent string, BlkioWeight uint16, BlkioWeightDevice []*blkiodev.WeightDevice, BlkioDeviceReadBps []*blkiodev.ThrottleDevice, BlkioDeviceWriteBps []*blkiodev.ThrottleDevice, BlkioDeviceReadIOps []*blkiodev.ThrottleDevice, BlkioDeviceWriteIOps []*blkiodev.ThrottleDevice, CPUPeriod=CpuPeriod int64, CPUQuota=CpuQuota int64, CPURealtimePeriod=CpuRealtimePeriod int64, CPURealtimeRuntime=CpuRealtimeRuntime int64, CpusetCpus string, CpusetMems string, Devices []container.DeviceMapping, DeviceCgroupRules []string, DeviceRequests []container.DeviceRequest, KernelMemory int64?, KernelMemoryTCP int64?, MemoryReservation int64, MemorySwap int64, MemorySwappiness *int64, OomKillDisable *bool, PidsLimit *int64, Ulimits []*units.Ulimit, CPUCount=CpuCount int64, CPUPercent=CpuPercent int64, IOMaximumIOps uint64, IOMaximumBandwidth uint64
blkiodev.WeightDevice: Path string, Weight uint16
blkiodev.ThrottleDevice: Path string, Rate uint64
container.DeviceMapping: PathOnHost string, PathInContainer string, CgroupPermissions string
container.DeviceRequest: Driver string, Count int, DeviceIDs []string, Capabilities [][]string, Options map[string]string
units.Ulimit: Name string, Hard int64, Soft int64
mount.Mount: Type string?, Source string?, Target string?, ReadOnly bool?, Consistency string?, BindOptions *mount.BindOptions?, VolumeOptions *mount.VolumeOptions?, ImageOptions *mount.ImageOptions?, TmpfsOptions *mount.TmpfsOptions?, ClusterOptions *mount.ClusterOptions?
mount.BindOptions: Propagation string?, NonRecursive bool?, CreateMountpoint bool?, ReadOnlyNonRecursive bool?, ReadOnlyForceRecursive bool?
mount.VolumeOptions: NoCopy bool?, Labels map[string]string?, Subpath string?, DriverConfig *mount.Driver?
mount.Driver: Name string?, Options map[string]string?
mount.ImageOptions: Subpath string?
mount.TmpfsOptions: SizeBytes int64?, Mode int?, Options [][]string?
mount.ClusterOptions:
container.NetworkSettings: ^container.NetworkSettingsBase, ^container.DefaultNetworkSettings, Networks map[string]*network.EndpointSettings
container.NetworkSettingsBase: Bridge string, SandboxID string, SandboxKey string, Ports nat.PortMap, HairpinMode bool, LinkLocalIPv6Address string, LinkLocalIPv6PrefixLen int, SecondaryIPAddresses []network.Address, SecondaryIPv6Addresses []network.Address
container.DefaultNetworkSettings: EndpointID string, Gateway string, GlobalIPv6Address string, GlobalIPv6PrefixLen int, IPAddress string, IPPrefixLen int, IPv6Gateway string, MacAddress string
network.Address: Addr string, PrefixLen int
network.EndpointSettings: IPAMConfig *network.EndpointIPAMConfig, Links []string, Aliases []string, MacAddress string, DriverOpts map[string]string, GwPriority int, NetworkID string, EndpointID string, Gateway string, IPAddress string, IPPrefixLen int, IPv6Gateway string, GlobalIPv6Address string, GlobalIPv6PrefixLen int, DNSNames []string
network.EndpointIPAMConfig: IPv4Address string?, IPv6Address string?, LinkLocalIPs []string?
nat.PortSet: = map[nat.Port]struct{}
nat.PortMap: = map[nat.Port][]nat.PortBinding
nat.PortBinding: HostIP=HostIp string, HostPort string
strslice.StrSlice: = []string
ocispec.Descriptor: MediaType=mediaType string, Digest=digest string, Size=size int64
struct{}:
`;

const ulimit = ({ Name, Soft, Hard }: JsonObject): string =>
  `${String(Name)}=${String(Soft ?? 0)}:${String(Hard ?? 0)}`;

let types: ((name: string) => GoType) | undefined;

export function containerType(): GoType {
  return (types ??= defineTypes(source, { "units.Ulimit": ulimit }))("container.InspectResponse");
}
