/** Our own rules: what is allowed, works, and will still hurt. Each has its page in `pages/`. */
export const adviceNames = [
  "UnpinnedBaseImage",
  "PackageListsLeftBehind",
  "PackageCacheLeftBehind",
  "PackageListsAlone",
  "InstallAsksQuestions",
  "RunsAsRoot",
  "SecretInValue",
  "SecretFileCopied",
  "CacheBreakingOrder",
  "AddWhereCopySuffices",
  "SudoInRun",
  "CdInsteadOfWorkdir",
  "PipeHidesFailure",
  "EntrypointSwallowsCmd",
  "NoDockerignore",
] as const;

export type AdviceName = (typeof adviceNames)[number];

export function isAdviceName(name: string): name is AdviceName {
  return (adviceNames as readonly string[]).includes(name);
}
