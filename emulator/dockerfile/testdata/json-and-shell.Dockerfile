FROM busybox
RUN ["/bin/sh", "-c", "echo \"hi\" \u00e9"]
RUN ['/bin/sh', '-c', 'single quotes are for the shell']
RUN [ "unclosed"
RUN [ -d /tmp ] || mkdir /tmp
CMD [  ]
ENTRYPOINT
CMD echo one; \
    echo two
ENTRYPOINT [ "top" , "-b" ]
VOLUME ["/data", "/with space"]
VOLUME /var/log /var/db
COPY ["a file", "b", "/dest dir/"]
ADD [ "x" , "/y" ]
