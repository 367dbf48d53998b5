### What the bot writes to a guest by itself: decisions and words of the organisers. HTML.

notice-approved = 🎉 Form <b>№ { $number }</b> is approved. We look forward to seeing you!
    { $date } · { $place }
notice-rejected = Unfortunately, form <b>№ { $number }</b> was not accepted.
notice-needs-changes = ✏️ Form <b>№ { $number }</b> needs a small change. Then it will be reviewed again.
notice-undone = The decision on form <b>№ { $number }</b> is withdrawn for now: it will be reviewed once more. We will write when it is decided.
notice-reason = Reason: { $reason }
notice-note = The organisers write:
    { $note }
notice-fields = To change: { $fields }
button-edit-form = ✏️ Change the form
word-to-guest = ✉️ The organisers write about form <b>№ { $number }</b>:

    { $text }

    Reply to this message and we will pass it on.
word-answered = ✅ Passed on to the organisers.
