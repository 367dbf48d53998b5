### The page with the form (bot/web/miniapp). Plain text, no markup.

page-language = Language
page-optional = optional
page-no-answer = No answer
page-fewer = { $label }: fewer
page-more = { $label }: more
page-phone-from-telegram = Use my Telegram number
page-no-contact = Telegram did not pass the number on. Please type it.
page-submit = Submit the form
page-save = Save the changes
page-edit = Change the answers
page-close = Close
page-again = Fill in a new form
page-kept = Your answers are saved as you go: you can stop and come back later.
page-no-javascript = To fill in the form, please turn JavaScript on or open it in Telegram.

page-not-yet-open = The form opens on { $when }. We will be glad to see you then!
page-closed = Forms were taken until { $when }. Thank you for wanting to come!

# The draft.
page-draft-found = Continued from your draft.
page-start-over = Start over
page-cleared = The form is empty again.
page-undo = Bring the answers back

# In a plain browser.
page-browser-title = This form opens in Telegram
page-browser-how = You can read the questions here; answers are sent from Telegram: open the bot, tap “Start”, then “🎟 Fill in the form” below the text field.
page-browser-open = Open the bot in Telegram
page-browser = A form cannot be sent from a browser. Please open it in Telegram. What you have typed here stays in this browser.
page-no-script = The connection to Telegram did not load, so the form cannot be sent yet. Your answers are saved. Check the internet and reload the page.
page-reload = Reload the page

# What did not work out.
page-mistakes = Please check the marked answers.
page-retry = Send again
page-offline = The server cannot be reached. Your answers are saved on this device; send the form again once you are online.
page-unavailable = The server does not answer now. Your answers are saved; please try again in a minute.
page-busy = Too many requests in a row. Your answers are saved; try again in { $seconds } s.
page-expired = This page has been open for too long, and Telegram no longer confirms that it is you. Your answers are saved: close the page, open it from the bot again and send.
page-closed-meanwhile = Forms are not taken now, so this one cannot be sent. Your answers are saved on this device.
page-not-editable = This form can no longer be changed: it was cancelled or decided on. Open the page again to see its state.
page-changed-elsewhere = The form was changed on another device. We have put the answers together: check them and send again.
page-refused = The server did not take the form. Your answers are saved; please write to the organisers.
page-too-long = The answers are too long to be sent. Shorten the longest ones by about this many characters: { $count }.
page-still-here = Telegram did not close the page, and we do not know whether the form arrived. Look into the chat: if the bot has not answered, open the form with the menu button beside the text field (your answers are saved) or send again.

# What was already sent through the chat.
page-sent-title = The form is sent
page-sent-when = You sent it to the bot on { $when }.
page-sent-how = Its answer is in the chat. If the bot asked to mend something, continue from what you sent. A form that is in is changed in the chat, with /my: from here another one would be sent.
page-sent-continue = Continue from what I sent
page-sent-over = Start over

# The confirmation and the form's state.
page-number = Form № { $number }
page-status = Status: { $status }
page-title-submitted = The form is in
page-title-approved = The form is approved
page-title-needs-changes = Something needs a change
page-title-rejected = The form is declined
page-title-cancelled = The form is cancelled
page-status-submitted = waiting for review
page-status-approved = approved
page-status-needs-changes = changes needed
page-status-rejected = declined
page-status-cancelled = cancelled
page-next-submitted = The organisers will review it. Before and after that you can change your answers here.
page-next-approved = We look forward to seeing you! If you change your answers, the organisers will look at the form again.
page-next-needs-changes = Change your answers and send the form again.
page-next-rejected = You can change your answers and send the form again.
page-next-cancelled = If you change your mind, fill in a new form.

# Changing a form that was opened from the chat.
page-whole = Show the whole form
page-gone = This form is no longer there: it was deleted. You can fill in a new one.
page-organisers = The organisers write: { $words }
page-save-approved = If you save changes, the form will be reviewed once more, and until then it is not approved.
page-save-needs-changes = Change the answers and save: the form will be reviewed again.
page-save-rejected = If you save changes, the form will be reviewed once more.
