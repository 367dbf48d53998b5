### A guest's forms in the chat: /my, /language, /forget, the reminder. HTML, except buttons and toasts.

command-my = my forms
command-language = choose the language
command-forget = what is stored about me, delete it all

## My forms

my-title = <b>Your forms</b>: { $total }
my-line = { $sign } <b>№ { $number }</b> · { $status } · { $when }
my-none = You have no forms yet. To fill one in: /start, or if the page does not open, /fill.
my-form-title = { $sign } <b>Form № { $number }</b> · { $status }
my-submitted = Submitted { $when }
my-approved = ⚠️ The form is approved. If you change the answers, it will be reviewed once more, and until then it is not approved.
my-cancelled = Form № { $number } is cancelled
my-deleted = 🗑 The data of form <b>№ { $number }</b> is deleted.
my-meanwhile = The form has changed meanwhile: this is how it is now.
my-sure-cancel = <b>Cancel form № { $number }?</b> { $told ->
    [approved] It is approved: by cancelling it you give up the place.
    [rejected] {""}
    [draft] {""}
    [cancelled] {""}
   *[other] It will not be reviewed any more.
  } It cannot be brought back, but you can fill in a new one.
my-sure-delete = <b>Delete the data of form № { $number }?</b> The answers are gone for good; only its number and the times of its events stay. { $told ->
    [approved] It is approved: by deleting it you give up the place.
    [rejected] {""}
    [draft] {""}
    [cancelled] {""}
   *[other] It will not be reviewed any more.
  }
my-button-continue = ✏️ Continue
my-button-cancel = 🚫 Cancel
my-button-delete = 🗑 Delete my data
my-button-sure-cancel = Yes, cancel it
my-button-sure-delete = Yes, delete it
my-button-leave = No, leave it
my-button-list = ‹ My forms
button-continue-in-chat = 💬 Continue in the chat
button-edit-in-chat = 💬 Change in the chat

## Language

language-name = English
language-choose = <b>Which language shall I write to you in?</b>
language-of-telegram = As in Telegram
language-chosen = All right, I write in English.

## Links t.me/bot?start=form

start-form = <b>{ $title }</b>: the button below the text field opens the form.
start-form-in-chat = <b>{ $title }</b>: fill in the form here in the chat: /fill.

## Forget it all

forget-kept = <b>What is stored about you.</b> Your name and language from Telegram; { $forms ->
    [0] no forms
    [one] { $forms } form with its history
   *[other] { $forms } forms with their history
  }; { $words ->
    [0] no messages to or from the organisers
    [one] { $words } message to or from the organisers
   *[other] { $words } messages to or from the organisers
  }.
forget-sure = <b>Delete it all?</b> { $forms ->
    [0] You have no forms; your name and language will be gone.
    [one] The form’s answers, a draft, messages, your name and language will be gone for good.
    [2] The answers of both forms, drafts, messages, your name and language will be gone for good.
   *[other] The answers of all { $forms } forms, drafts, messages, your name and language will be gone for good.
  } Only numbers and the times of events stay.
forget-approved = ⚠️ { $count ->
    [one] Form { $numbers } is approved: by deleting it you give up the place.
   *[other] Forms { $numbers } are approved: by deleting them you give up the places.
  }
forget-file = All that is stored about you.
forget-done = ✅ Everything is deleted. If you change your mind and want to come, begin anew: /start.

    The form’s page may remember your last answers on this device and in Telegram’s cloud: open it and tap “Start over”.
forget-left = All right, nothing was deleted.
forget-button-file = 📄 Send it as a file
forget-button-sure = 🗑 Delete it all
forget-button-forget = Yes, delete it all
forget-button-leave = Leave it

## The reminder of a draft; too many messages

reminder = 📝 You began form <b>№ { $number }</b> ({ $title }) and have not submitted it. Your answers are kept: you can go on where you stopped. We will not remind you again.
slow-down = { $seconds ->
    [one] Too many messages in a row. Please wait { $seconds } second: until then I read nothing.
   *[other] Too many messages in a row. Please wait { $seconds } seconds: until then I read nothing.
  }
