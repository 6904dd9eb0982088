# A compiler for small static programs: gcc with Debian's musl instead of glibc, which saves a megabyte in each of them.
# (crun stays with glibc: with musl it is a third of the size, and slower.)

# musl_compiler -> sets MUSL_CC
musl_compiler() {
  local root=$CACHE/work/musl headers=$CACHE/work/musl/headers name
  rm -rf "$root"
  unpack_debs "$root" musl-dev linux-libc-dev
  mkdir -p "$headers"
  for name in linux asm-generic mtd; do ln -s "../usr/include/$name" "$headers/$name"; done
  ln -s ../usr/include/i386-linux-gnu/asm "$headers/asm"
  # Debian's own specs name the paths of an installed package and of a position-independent program.
  sed -e 's|^-dynamic-linker /lib/ld-musl-i386.so.1|-m elf_i386|' \
    -e 's|%{!shared: /usr/lib/i386-linux-musl/Scrt1.o}|/usr/lib/i386-linux-musl/crt1.o|' \
    -e 's|crtbeginS.o|crtbeginT.o|; s|crtendS.o|crtend.o|' \
    -e "s|-isystem include%s|-isystem include%s -isystem $headers|g" \
    -e "s#/usr/\(include\|lib\)/i386-linux-musl#$root/usr/\1/i386-linux-musl#g" \
    "$root/usr/lib/i386-linux-musl/musl-gcc.specs" >"$root/specs"
  printf '#!/bin/sh\nexec gcc -m32 -specs %s "$@"\n' "$root/specs" >"$root/musl-gcc"
  chmod +x "$root/musl-gcc"
  MUSL_CC=$root/musl-gcc
}
