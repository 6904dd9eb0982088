# Draws the Mandelbrot set with letters. Every point is a small calculation, repeated until it runs away or we give up.
BEGIN {
  shades = " .:-=+*%#@"
  for (row = 0; row < 21; row++) {
    line = ""
    for (column = 0; column < 64; column++) {
      a = column * 3.0 / 63 - 2.1
      b = row * 2.4 / 20 - 1.2
      x = 0
      y = 0
      for (turn = 0; turn < 180 && x * x + y * y < 4; turn++) {
        next_x = x * x - y * y + a
        y = 2 * x * y + b
        x = next_x
      }
      line = line (turn == 180 ? "@" : substr(shades, 1 + turn % 9, 1))
    }
    print line
  }
}
