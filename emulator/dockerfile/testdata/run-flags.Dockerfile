FROM alpine
RUN --network=none ping 127.0.0.1
RUN --network=host --security=insecure mount
RUN --mount=type=secret,id=token,env=TOKEN --mount=type=ssh git clone git@example.com:x
RUN --mount=type=bind,from=builder,source=/out,target=/out,rw \
    --mount=type=tmpfs,target=/tmp,size=64m \
    --mount=type=cache,id=$ID,target=/c ls -- --all
RUN --device=vendor.com/class=gpu,required nvidia-smi
