gcc -m32 -std=gnu11 -Wall -Wextra -Werror -Os -march=i686 -ffreestanding -fno-builtin -fno-pic -fno-stack-protector \
  -fno-asynchronous-unwind-tables -nostdlib -static -no-pie -Wl,--build-id=none -Wl,-z,noseparate-code -s \
  -o "$LAYER/hello" "$GUEST/images/hello-world/hello.c"
