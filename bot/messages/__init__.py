"""What the bot shows: cards, lists, notices, with their buttons. Made of records; shared by handlers and the sender."""
