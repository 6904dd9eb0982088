# escape=`
# a comment ends the directives
# syntax=too/late
FROM alpine
RUN a `
  b