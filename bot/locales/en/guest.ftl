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
   *[other] It will not be reviewed any more.
  } It cannot be brought back, but you can fill in a new one.
my-sure-delete = <b>Delete the data of form № { $number }?</b> The answers are gone for good; only its number and the times of its events stay. { $told ->
    [approved] It is approved: by deleting it you give up the place.
   *[other] It will not be reviewed any more.
  }
my-button-continue = ✏️ Continue
my-button-cancel = 🚫 Cancel
my-button-delete = 🗑 Delete my data
my-button-sure-cancel = Yes, cancel it
my-button-sure-delete = Yes, delete it
my-button-leave = No, leave it
my-button-list = ‹ My forms
button-in-chat = 💬 Answer in the chat
