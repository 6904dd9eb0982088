FROM busybox:1.36 AS tools
FROM scratch AS rootfs
COPY --from=tools /bin/busybox /bin/
RUN ["/bin/busybox", "--install", "-s", "/bin"]
FROM scratch
COPY --from=rootfs / /
SHELL ["/bin/sh", "-eo", "pipefail", "-c"]
RUN echo $0 | cat
CMD ["sh"]
