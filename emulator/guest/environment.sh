# What every recipe shares. A change here makes every artifact stale.
export LC_ALL=C TZ=UTC
umask 022
# Every file of every artifact has this time: 2024-01-01.
export SOURCE_DATE_EPOCH=1704067200
# v86's CPU has SSE2, and its x87 is forty times slower than a real one.
GUEST_CFLAGS="-O2 -march=pentium3 -msse2 -mfpmath=sse -fno-stack-protector -ffile-prefix-map=$CACHE=."
