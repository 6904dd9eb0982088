/** What the pictures' words mean, one sentence each. */
export const terms = {
  namespace: "A kernel object that gives the processes in it a view of their own of one kind of thing.",
  inode:
    "The number that names a namespace, as readlink /proc/PID/ns/net prints it; the same number is the same namespace.",
  pid: "Processes and their numbers: within it the first process is 1, and those outside cannot be seen.",
  net: "Network links, addresses, routes, ports and firewall rules.",
  mnt: "The table of mounts, and with it what / is.",
  uts: "The hostname.",
  ipc: "Message queues, semaphores and shared memory.",
  cgroup: "Which cgroup is shown as the root of the cgroup tree.",
  user: "User numbers, and what the capabilities of a process count for.",
  time: "The clocks that count from the start of the machine.",
  unshare: "The command, and system call, that moves a process to new namespaces without any container.",
  capability: "One of the pieces that the power of root is split into, such as CAP_NET_ADMIN.",
  "bounding set": "The capabilities that a process and its children can ever get.",
  cgroup_path: "The control group that counts and limits what the process uses.",
  zombie: "A process that has ended and whose parent has not asked how.",
} as const;

export type Term = keyof typeof terms;

export function explained(...words: readonly Term[]): Readonly<Record<string, string>> {
  return Object.fromEntries(words.map((word) => [word === "cgroup_path" ? "cgroup" : word, terms[word]]));
}
