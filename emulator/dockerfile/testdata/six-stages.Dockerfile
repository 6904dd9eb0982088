FROM alpine AS base
RUN apk add make
FROM base AS lint
COPY . /src
RUN make lint
FROM base AS unit
COPY . /src
RUN make unit
FROM unit AS integration
RUN make integration
FROM base AS artifact
COPY --from=unit /src/out /out
COPY --from=lint /src/report /report

# the default
FROM artifact
# belongs to LABEL
LABEL done=yes

