FROM busybox:1.36

ENV x=1

LABEL a=$one \
  b=2 \
  c=3

ENV y=1
ENV z=1
