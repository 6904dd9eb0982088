/** What the picture's words mean, one sentence each. */
export const terms: Readonly<Record<string, string>> = {
  created: "It has a name, settings and a writable layer, and has never run.",
  running: "Its program is a process of the machine, in a control group of the container's own.",
  paused: "The kernel gives its processes no time until they are thawed; they keep their memory.",
  restarting: "Its program ended, and the engine waits a little before it starts it again.",
  exited: "Its program has ended; name, settings, logs and files are kept.",
  removing: "The engine takes it away: layer, logs and record. This is over in a moment.",
  dead: "Its removal failed half way; it cannot be started any more.",
  gone: "Nothing is left of it but what this page remembers. Docker has no word for it.",
  SIGTERM: "Signal 15 asks a program to end; it may clean up first, or refuse.",
  SIGKILL: "Signal 9 ends a program at once; it is not asked.",
  "exit code": "The number a program leaves when it ends; 128 and more is 128 plus the signal that ended it.",
  "out of memory": "A control group had used all its memory, and the kernel killed a program in it.",
  "restart policy":
    "What the engine does when the program ends: nothing, or start it again, after a wait that doubles.",
  "docker run": "docker create and docker start in one command.",
};
