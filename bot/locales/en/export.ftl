### The guest list as a file (CSV, XLSX).

export-forms = Forms
export-number = No.
export-status = Status
export-submitted = Submitted
export-user = Telegram ID
export-name = Telegram name
export-username = Telegram username
export-decision = Note on the decision
# How a spreadsheet shows a day and a moment (Excel's formats).
export-day = yyyy-mm-dd
export-moment = yyyy-mm-dd hh:mm
