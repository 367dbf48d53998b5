### The bot in the chat. Texts are HTML (parse_mode), except buttons and descriptions of commands.

form-button = 🎟 Fill in the form

start =
    <b>{ $title }</b>
    { $date } · { $place }

    { $intro }

    { $how }
start-how =
    Tap “🎟 Fill in the form” below the text field: the form opens right here in Telegram. If you do not see the button, tap the icon with four squares beside the text field, or the menu button on its left.
start-no-page =
    To fill in the form right here in the chat, question by question, send /fill.

help-guest =
    This bot takes ticket forms.

    /start — open the form
    /my — my forms: look, change, cancel
    /fill — fill in the form here in the chat
    /language — choose the language
    /forget — what is stored about me, delete it all
    /cancel — stop what you began
    /help — this message
help-admin =
    You are an admin. New forms come as cards: decide with the buttons under them, the bot tells the guest.

    /forms — all forms: counts, lists, review one by one
    /forms ivan — find: a name, the end of a phone, an e-mail, a number
    /form 17 — open a form
    /stats — statistics
    /export — export as CSV or Excel
    /start, /fill, /my — the form and own forms, as guests have them
    /language — choose the language
    /cancel — stop what you began
    /help — this message

form-stored-submitted =
    ✅ Form <b>№ { $number }</b> is in.
    Status: waiting for review.

    The organisers will review it, and we will write here. If something changes, mend it under /my; the button “🎟 Fill in the form” begins another one.
form-stored-draft =
    📝 Draft <b>№ { $number }</b> is saved.
    Status: draft, not yet sent to the organisers.

    Open the form again to complete and submit it.

form-stored-rejected =
    Form <b>№ { $number }</b> with these answers came before.
    Status: rejected.

    To hand in a new one, open the form and change the answers.
form-stored-needs-changes =
    Form <b>№ { $number }</b> with these answers came before.
    Status: needs changes.

    Change the answers and submit once more: /my
form-stored-cancelled =
    Form <b>№ { $number }</b> with these answers came before.
    Status: cancelled.

    To hand in a new one, open the form and change the answers.

mistakes = The form is not in yet. Please mend:
mistake = • <b>{ $label }</b>: { $mend }
mistakes-more = { $count ->
    [one] …and { $count } more field
   *[other] …and { $count } more fields
  }
answers-as-sent = Your answers are not lost. Open the form again and submit it once more; this is what came:
answers-as-a-whole = The form

submission-too-large = The answers are too long: Telegram lets { $limit } bytes through at most. Open the form again and shorten the longest ones.
submission-unreadable = The page sent something that is not a form, so nothing was stored. Close it, open it anew with “🎟 Fill in the form” and submit once more.
submission-deleted = This form was deleted before. To hand in a new one, open the form again.

questionnaire-not-yet-open = <b>{ $title }</b>: the form opens on { $when }. We will be glad to see you then!
questionnaire-closed = <b>{ $title }</b>: forms were taken until { $when }. Thank you for wanting to come!

cancelled = All right, stopped.
nothing-to-cancel = There is nothing to stop now.
fallback-admin = To write to a guest, tap “✉️ Write to the guest” under the card, or reply to their message. All commands: /help.
fallback = I take ticket forms. To fill one in: /start or, here in the chat, /fill; all commands: /help.
old-button = This button does nothing any more.
failure = Something went wrong on our side. Your message is kept and we will look into it. Please try again a little later.

command-start = open the form
command-help = what the bot can do
command-cancel = stop what you began
menu-button = Form

site-what = This is the home of a bot that takes guests’ forms. Open it in Telegram: the form takes two minutes.
site-open-bot = Open @{ $username } in Telegram
site-developers = For developers:
