### Titles of an export.

export-number = №
export-status = Status
export-submitted = Sent
export-user-id = Telegram id
export-user-name = Telegram name
export-username = Telegram username
