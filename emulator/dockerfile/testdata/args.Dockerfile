ARG REGISTRY=docker.io
ARG TAG="3.20" FLAVOUR
# TAG is checked
FROM ${REGISTRY}/library/alpine:${TAG:-latest}
ARG TAG
ARG USERNAME=app UID=1000 EMPTY= QUOTED="a b"
ARG HTTP_PROXY
RUN adduser -D -u ${UID} ${USERNAME}
USER ${USERNAME:-nobody}
