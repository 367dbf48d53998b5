"""`python -m bot.charts`: a picture as JSON on standard input, its PNG on standard output; for `draw` alone.

An error is told by the exit status and nothing else: its text could hold a guest's answer.
"""

import sys

from bot.charts.drawing import png
from bot.charts.picture import from_json

if __name__ == "__main__":
    sys.stdout.buffer.write(png(from_json(sys.stdin.buffer.read())))
