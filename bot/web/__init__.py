"""The HTTP side: REST, documentation, health, the page and Telegram's webhook."""
