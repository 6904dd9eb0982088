# debian:12-slim: a real Debian, made by its own tools (mmdebstrap runs dpkg and every maintainer script), from the
# packages in packages.lock, without documentation, as the official slim image is.
DEBIAN_PACKAGES='adduser:all apt base-files base-passwd bash bsdutils coreutils dash debconf:all debian-archive-keyring:all
  debianutils diffutils dpkg e2fsprogs findutils gcc-12-base gpgv grep gzip hostname init-system-helpers:all libacl1
  libapt-pkg6.0 libattr1 libaudit-common:all libaudit1 libblkid1 libbz2-1.0 libc-bin libc6 libcap-ng0 libcap2 libcom-err2
  libcrypt1 libdb5.3 libdebconfclient0 libext2fs2 libffi8 libgcc-s1 libgcrypt20 libgmp10 libgnutls30 libgpg-error0
  libhogweed6 libidn2-0 liblz4-1 liblzma5 libmd0 libmount1 libnettle8 libp11-kit0 libpam-modules libpam-modules-bin
  libpam-runtime:all libpam0g libpcre2-8-0 libseccomp2 libselinux1 libsemanage-common:all libsemanage2 libsepol2
  libsmartcols1 libss2 libstdc++6 libsystemd0 libtasn1-6 libtinfo6 libudev1 libunistring2 libuuid1 libxxhash0
  libzstd1 login logsave mawk mount ncurses-base:all ncurses-bin passwd perl-base sed sysvinit-utils tar tzdata:all
  usr-is-merged:all util-linux util-linux-extra zlib1g'
need mmdebstrap dpkg-dev arch-test
repository=$CACHE/work/debian-repository
rm -rf "$repository"
mkdir -p "$repository"
for name in $DEBIAN_PACKAGES; do
  path=$(deb "$name") || exit 1
  ln "$path" "$repository/"
done
(
  cd "$repository"
  dpkg-scanpackages --multiversion . >Packages 2>/dev/null
  # mmdebstrap takes the essential and required packages of a code name, so the folder needs one.
  printf 'Origin: Debian\nSuite: oldstable\nCodename: bookworm\nDate: Mon, 01 Jan 2024 00:00:00 UTC\nSHA256:\n %s %s Packages\n' \
    "$(sha256_of Packages)" "$(stat -c %s Packages)" >Release
)
excluded=()
for path in '/usr/share/doc/*' '/usr/share/man/*' '/usr/share/info/*' '/usr/share/locale/*' '/usr/share/lintian/*' \
  '/usr/share/groff/*' '/usr/share/linda/*'; do
  excluded+=("--dpkgopt=path-exclude=$path")
done
env -u APT_CONFIG mmdebstrap --quiet --mode=root --variant=minbase --architectures=i386 "${excluded[@]}" \
  '--dpkgopt=path-include=/usr/share/doc/*/copyright' \
  --include=apt,debian-archive-keyring \
  --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
  --customize-hook='rm -f "$1"/var/log/*.log "$1"/var/log/apt/* "$1"/var/cache/ldconfig/aux-cache "$1"/etc/hostname "$1"/etc/resolv.conf' \
  --customize-hook='rm -f "$1"/var/lib/apt/lists/* "$1"/etc/apt/sources.list "$1"/etc/machine-id 2>/dev/null; : >"$1"/etc/machine-id' \
  bookworm "$CACHE/work/debian.tar" "deb [trusted=yes] copy:$repository ./" >"$CACHE/work/debian.log" 2>&1 ||
  { tail -n 30 "$CACHE/work/debian.log" >&2; die "mmdebstrap failed, see $CACHE/work/debian.log"; }
tar -C "$LAYER" --numeric-owner --xattrs --xattrs-include='*' --exclude='./dev/*' -xpf "$CACHE/work/debian.tar"
cat >"$LAYER/etc/apt/sources.list.d/debian.sources" <<'END'
Types: deb
URIs: http://deb.debian.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://deb.debian.org/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
END
# What container images of Debian set: small indexes, no translations, no services started. And no second try: there is
# no network outside, so a fetch that fails once fails again, ten seconds later.
printf 'Acquire::GzipIndexes "true";\nAcquire::Languages "none";\nAPT::AutoRemove::SuggestsImportant "false";\nAcquire::Retries "0";\n' \
  >"$LAYER/etc/apt/apt.conf.d/docker"
printf '#!/bin/sh\nexit 101\n' >"$LAYER/usr/sbin/policy-rc.d"
chmod 755 "$LAYER/usr/sbin/policy-rc.d"
printf 'force-unsafe-io\n' >"$LAYER/etc/dpkg/dpkg.cfg.d/docker"
