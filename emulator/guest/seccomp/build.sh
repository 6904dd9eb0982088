# Docker's default seccomp profile for this machine. public/machine/seccomp.json: the rules that apply to 32-bit x86, with
# their conditions on capabilities. public/machine/seccomp.bpf: the program for Docker's default capabilities, compiled
# once, because libseccomp takes longer to compile it in the guest than a container takes to start.
stage_seccomp() {
  local work=$CACHE/work/seccomp
  rm -rf "$work"
  mkdir -p "$work"
  source_package docker.io "$work/source"
  tsx "$GUEST/seccomp/resolve.ts" "$work/source/engine/profiles/seccomp/default.json" \
    "$PUBLIC/machine/seccomp.json" "$work/rules"
  unpack_debs "$work/sys" libseccomp-dev
  gcc -m32 -std=gnu11 -Wall -Wextra -Werror -O2 -I"$work/sys/usr/include" -o "$work/compile" "$GUEST/seccomp/compile.c" \
    "$work/sys/usr/lib/i386-linux-gnu/libseccomp.a"
  "$work/compile" <"$work/rules" >"$PUBLIC/machine/seccomp.bpf"
}
