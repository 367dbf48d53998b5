"""Tables, records and repositories; speaks SQL, knows nothing of the bot."""
