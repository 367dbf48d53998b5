"""Between Telegram and the dispatcher: updates in, by webhook or polling; the bot's profile out."""
