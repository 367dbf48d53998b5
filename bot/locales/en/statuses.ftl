### The states of a form: "Status: waiting for review".

status-draft = draft
status-submitted = waiting for review
status-approved = approved
status-rejected = rejected
status-needs-changes = changes needed
status-cancelled = cancelled
