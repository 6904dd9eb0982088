# OpenSSL's libraries, shared by nginx, redis and python. No certificates: there is no network outside to speak TLS with.
unpack_debs "$PACKAGES" libssl3
add "$PACKAGES" "$LAYER" usr/lib/i386-linux-gnu/libssl.so.3 usr/lib/i386-linux-gnu/libcrypto.so.3
