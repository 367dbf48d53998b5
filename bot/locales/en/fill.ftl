### The questionnaire question by question in the chat (/fill). Texts are HTML (parse_mode), except buttons and toasts.

command-fill = fill in the form here in the chat

## A question

fill-number = <i>Question { $number } of { $total }</i>
fill-group = <i>{ $label }</i>
fill-label = <b>{ $label }</b>
fill-optional = { " " }· optional
fill-hint = { $hint }
fill-now = Your answer: <b>{ $value }</b>
fill-option = { $number }. { $label }
fill-how-text = Write the answer as a message.
fill-how-number = Write a number in digits.
fill-how-date = Write a date, for example 31.12.1990.
fill-how-phone = Write the number, or send it with the button below the text field.
fill-how-one = Choose with a button.
fill-how-several = Tick what suits and tap “Done”.

fill-yes = Yes
fill-no = No
fill-agree = I agree
fill-disagree = I do not agree
fill-done = ✅ Done
fill-back = ‹ Back
fill-skip = Skip ›
fill-clear = Remove the answer
fill-keep = Keep it ›

fill-share-phone = 📱 Send my number
fill-phone-hint = The button below the text field sends the number that you use in Telegram.
fill-phone-taken = ✅ Phone: { $phone }
fill-phone-left = The usual button is back below the text field.

## Beginning and end

fill-begun = Let us fill in the form right here, question by question. Answers are saved at once; to stop: /cancel.
fill-another = You already have form № { $number } ({ $status }); this will be another one.
fill-continued = Going on with draft № { $number }.
fill-editing = Changing form <b>№ { $number }</b>. The changes are kept when you send them; to stop: /cancel.
fill-stopped = All right, stopped. Draft <b>№ { $number }</b> is kept; to go on: /fill.
fill-edit-stopped = All right, stopped. Form <b>№ { $number }</b> stays as it was.

## All answers

fill-check-draft = Look over the answers. If all is right, submit the form.
fill-check-submitted = Look over the answers. The form waits for review; the organisers will see it with the changes.
fill-check-approved = ⚠️ The form is approved. If you send changes, it will be reviewed once more, and until then it is not approved.
fill-check-rejected = The form was rejected. If you submit it again, it will be reviewed once more.
fill-check-needs-changes = Look over the answers and submit the form: it will be reviewed again.
fill-nothing-changed = Status: { $status }. You have not changed anything yet.
fill-send = ✅ Submit
fill-change = ✏️ Change an answer
fill-later = Later
fill-leave = Leave as it is
fill-to-summary = ‹ To all answers
fill-which = <b>Which answer to change?</b>{ $pages ->
    [1] {""}
   *[other] {" "}Page { $page } of { $pages }.
  }

## When something is not right

fill-text-only = Please answer with text, or with a button under the question.
fill-at-summary = There are no more questions. Tap a button under the answers: submit the form or change an answer.
fill-early = This message came before the question, so I did not take it for the answer. Here is the question:
fill-other-message = You replied to another message, so I did not take this for the answer. Here is the question:
fill-for-organisers = I am not sure whom these words are for. If for the organisers, reply to their message; if for the form, here is the question:
fill-question-changed = The questions have changed, so I did not take this for the answer. Here is the present one:
fill-restarted = The bot was restarted, and changes that were not sent are gone. The stored answers are in place; let us start here:
fill-edited-message = I do not take an edited message for an answer. You can change the answer with “Back”, or before you submit the form.
fill-old-question = This question is behind you. You can change the answer with “Back” under the last question, or before you submit.
fill-not-going-on = No form is being filled in now. To go on: /fill.
fill-changed-elsewhere = The form has changed meanwhile. Look it over and submit once more.
fill-still-missing = An answer is missing without which the form cannot be submitted. Here is the question:
fill-not-draft = Form <b>№ { $number }</b> is no draft any more: it was submitted on another device, or cancelled. /fill begins a new one.
fill-cancelled-form = Form <b>№ { $number }</b> is cancelled and cannot be changed. /fill begins a new one.
fill-gone = This form is no longer there. /fill begins a new one.
