"""Figures as a picture: the words and numbers go in, a PNG comes out, drawn by matplotlib in a process of its own."""

from bot.charts.picture import DAILY_AT_MOST, Bars, Picture, Timeline
from bot.charts.process import draw

__all__ = ["DAILY_AT_MOST", "Bars", "Picture", "Timeline", "draw"]
