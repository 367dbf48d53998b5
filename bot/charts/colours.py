"""A deep evening blue that stands apart from white and from Telegram's dark chat (#17212b) alike.

Text has at least 4.5:1 on whatever it may stand on, a bar or column 3:1 to what it lies on (WCAG 2.2, AA).
"""

PAGE = "#262b52"
PANEL = "#171b38"
TRACK = "#20254a"
WORDS = "#ffffff"
QUIET = "#b9bcdc"
BAR = "#5b6cc9"
COLUMN = "#e0b15c"
BASE = "#4a5087"
