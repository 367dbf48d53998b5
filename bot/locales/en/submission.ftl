### Mistakes in what stands beside the answers (bot/submission.py, bot/services).

error-not-a-uuid = The submission_id must be a UUID.
error-not-a-user-id = This is not a Telegram user id.
error-nothing-to-change = Send answers or a status.
