FROM alpine
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/archive.tar.gz /
ADD --keep-git-dir=true https://github.com/moby/buildkit.git#v0.14.1 /buildkit
ADD --keep-git-dir --link --chown=55:mygroup --chmod=u=rwX,go=rX files* /somedir/
ADD --unpack=false rootfs.tar.xz /
ADD --exclude=*.md --exclude=**/testdata src/ /src/
