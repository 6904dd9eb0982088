FROM busybox AS Base
ENV a b

CMD echo hi
