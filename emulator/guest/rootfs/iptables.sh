# iptables (legacy, both families) as one static program. Leaves .cache/guest/out/xtables-legacy-multi.
# Built in are the extensions that the kernel has: the initramfs sits in the guest's memory.
IPTABLES_EXTENSIONS='ipt_REJECT ipt_icmp ip6t_REJECT ip6t_icmp6 xt_LOG xt_MARK xt_NAT xt_TRACE xt_addrtype xt_comment
  xt_conntrack xt_limit xt_mark xt_multiport xt_standard xt_statistic xt_tcp xt_udp'
stage_iptables() {
  local out=$CACHE/out work=$CACHE/work/iptables
  rm -rf "$work"
  mkdir -p "$work"
  musl_compiler
  source_package iptables "$work/source"
  local file name
  for file in "$work"/source/extensions/lib*.c; do
    name=${file##*/lib}
    [[ " ${IPTABLES_EXTENSIONS//$'\n'/ } " == *" ${name%.c} "* ]] || rm "$file"
  done
  (
    cd "$work/source"
    ./configure -q --host=i686-linux-gnu CC="$MUSL_CC" CFLAGS="$GUEST_CFLAGS -D_GNU_SOURCE" --disable-shared --enable-static \
      --disable-nftables --disable-connlabel --disable-bpf-compiler --disable-devel
    make -s -j2 CFLAGS="$GUEST_CFLAGS -fno-pie -fno-pic -ffunction-sections -fdata-sections" \
      LDFLAGS="-all-static -no-pie -Wl,--gc-sections"
  ) >"$work/log" 2>&1 || { tail -n 30 "$work/log" >&2; die "iptables did not build, see $work/log"; }
  mkdir -p "$out"
  strip -s -R .comment -R .note -o "$out/xtables-legacy-multi" "$work/source/iptables/xtables-legacy-multi"
}
