### The statuses of a form: a word, and a sign that is told apart without colour.

status-draft = draft
status-submitted = waiting for review
status-approved = approved
status-rejected = rejected
status-needs-changes = needs changes
status-cancelled = cancelled

sign-draft = 📝
sign-submitted = ⏳
sign-approved = ✅
sign-rejected = ❌
sign-needs-changes = ✏️
sign-cancelled = 🚫
