FROM ${BASE:-alpine}:${TAG-3}
ENV FILE=archive.tar.gz
ENV STEM=${FILE%%.*} EXT=${FILE#*.} PATHY=${FILE//./\/}
WORKDIR ${WORKDIR:?needs a directory}/${SUB:+sub}
COPY ${FILE/tar/zip} "$HOME/with space" \$literal /dest/
EXPOSE ${PORT:-80}/tcp $MORE
LABEL text="a ${B:-nested ${C:-'x'}} z"
