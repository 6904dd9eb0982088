# Debian's Python 3.11 with the standard library, compiled ahead: importing from source would cost seconds in the guest.
unpack_debs "$PACKAGES" python3.11-minimal libpython3.11-minimal libpython3.11-stdlib libexpat1 zlib1g libbz2-1.0 \
  libffi8 liblzma5 libncursesw6 libreadline8 libsqlite3-0 libuuid1 media-types:all
python=usr/lib/python3.11
add "$PACKAGES" "$LAYER" usr/bin/python3.11 $python etc/mime.types
# Left out: tests, development, desktops, other systems, and modules whose library is not worth its size.
(
  cd "$LAYER/$python"
  rm -rf test idlelib tkinter turtledemo turtle.py lib2to3 pydoc_data ensurepip distutils _pydecimal.py _aix_support.py \
    _osx_support.py _bootsubprocess.py _distutils_system_mod.py sitecustomize.py msilib __phello__ venv EXTERNALLY-MANAGED \
    aifc.py asynchat.py asyncore.py cgitb.py chunk.py crypt.py imghdr.py mailcap.py msilib nntplib.py ossaudiodev.py \
    smtpd.py sndhdr.py sunau.py telnetlib.py uu.py xdrlib.py
  # Of the character sets: Unicode's own, ASCII, and the two Latin ones that are still met.
  find encodings -name '*.py' | grep -vE '/(__init__|aliases|ascii|base64_codec|bz2_codec|charmap|cp437|cp1252|hex_codec|idna|iso8859_1|iso8859_15|latin_1|punycode|quopri_codec|raw_unicode_escape|rot_13|undefined|unicode_escape|utf_7|utf_8|utf_8_sig|utf_16|utf_16_be|utf_16_le|utf_32|utf_32_be|utf_32_le|zlib_codec)\.py$' | xargs rm
  cd lib-dynload
  rm -f audioop* _crypt*
  rm -f _test* _xx* xx* _ctypes_test* _dbm* nis* ossaudiodev* _codecs_cn* _codecs_hk* _codecs_jp* _codecs_kr* \
    _codecs_tw* _codecs_iso2022* _curses_panel*
)
mkdir -p "$LAYER/usr/local/bin" "$LAYER/usr/local/lib/python3.11/dist-packages"
for name in python python3 python3.11; do ln -s /usr/bin/python3.11 "$LAYER/usr/local/bin/$name"; done
ln -s python3.11 "$LAYER/usr/bin/python3"
add_libraries "$PACKAGES" "$LAYER" "$CACHE/work/layer-base" "$CACHE/work/layer-openssl"
# Never checked against the source, which saves a stat per import and does not depend on times.
root=$CACHE/work/python-root
rm -rf "$root"
mkdir "$root"
cp -al "$CACHE/work/layer-base/." "$CACHE/work/layer-openssl/." "$root/"
cp -a "$LAYER/." "$root/"
chroot "$root" /usr/bin/env -i PYTHONHASHSEED=0 /usr/bin/python3.11 -m compileall -q -j1 \
  --invalidation-mode unchecked-hash /$python || die "the standard library did not compile"
(cd "$root" && find $python -name __pycache__ -print0 | sort -z | xargs -0 tar -cf -) | tar -C "$LAYER" -xf -
rm -rf "$root"
