import math
import sys

width, height = 44, 15
for y in range(height):
    v = 1.3 - 2.5 * y / height
    line = ""
    for x in range(width):
        u = 2.6 * (x / (width - 1)) - 1.3
        line += "#" if (u * u + v * v - 1) ** 3 < u * u * v ** 3 else " "
    print(line.rstrip())
print(f"Python {sys.version_info.major} says hello; 40! ends in {len(str(math.factorial(40))) - len(str(math.factorial(40)).rstrip('0'))} zeros.")
