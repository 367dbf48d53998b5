"""Bal Bot: a ball's guest list inside Telegram."""
