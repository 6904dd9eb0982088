#!/usr/bin/env -S docker build -f
# syntax=docker/dockerfile:1
# check=skip=JSONArgsRecommended,StageNameCasing;error=true
FROM alpine
CMD echo
