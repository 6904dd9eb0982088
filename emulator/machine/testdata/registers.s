# Holds values in MXCSR and in the x87 status word, spins until the file named "go" can be opened, then exits with
# 0 when both are still there: `as --32 registers.s -o r.o && ld -m elf_i386 -s -n --build-id=none r.o -o registers`.
.globl _start
_start:
        pushl $0x7f80           # every exception masked, round toward zero
        ldmxcsr (%esp)
        fld1
        fldz
        fdivrp                  # 1/0: the zero-divide flag of the status word
        movl $4, %eax           # write(1, "held\n", 5)
        movl $1, %ebx
        movl $held, %ecx
        movl $5, %edx
        int $0x80
spin:   movl $20000000, %esi
wait:   decl %esi
        jnz wait
        movl $5, %eax           # open("go", O_RDONLY)
        movl $go, %ebx
        xorl %ecx, %ecx
        int $0x80
        testl %eax, %eax
        js spin
        stmxcsr (%esp)
        popl %ecx
        xorl %ebx, %ebx
        cmpl $0x7f80, %ecx
        je status
        orl $1, %ebx
status: fnstsw %ax
        testb $4, %al
        jnz done
        orl $2, %ebx
done:   movl $1, %eax           # exit
        int $0x80
held:   .ascii "held\n"
go:     .asciz "/go"
