### What admins see in the chat. Texts are HTML (parse_mode), except buttons and the answers that pop up.

# A strftime pattern.
moment = %d %b %Y %H:%M
moment-short = %d %b %H:%M
day = %d %b %Y
ago = { $unit ->
    [seconds] just now
    [minutes] { $count ->
        [one] { $count } minute ago
       *[other] { $count } minutes ago
      }
    [hours] { $count ->
        [one] { $count } hour ago
       *[other] { $count } hours ago
      }
   *[days] { $count ->
        [one] { $count } day ago
       *[other] { $count } days ago
      }
  }
somebody = an admin
through-api = REST API
unknown-guest = guest

## The card

card-title = { $sign } <b>Form № { $number }</b> · { $status }
card-answer = { $label }: <b>{ $value }</b>
card-submitted = Sent { $when } · { $guest }
card-changed = ✏️ Changed { $when }: { $fields }{ $was ->
    [approved] {" "}· was approved
    [rejected] {" "}· was rejected
    [needs-changes] {" "}· changes were asked for
   *[other] {""}
  }
card-nothing-changed = nothing
card-draft = Draft · { $guest }
card-decided-approved = ✅ Approved: { $who }, { $when }
card-decided-rejected = ❌ Rejected: { $who }, { $when }
card-decided-needs-changes = ✏️ Asked for changes: { $who }, { $when }
card-reason = Reason: { $reason }
card-fields = To change: { $fields }
card-note = Explanation for the guest: { $note }
card-guest-blocked = ⚠️ The guest has blocked the bot: messages do not get through.
card-undelivered = { $count ->
    [one] ⚠️ { $count } message to the guest was not delivered.
   *[other] ⚠️ { $count } messages to the guest were not delivered.
  }
card-withheld = Only the organisers read forms here: this one is no longer shown.
card-deleted = 🗑 Form № { $number } was deleted: its answers are gone.
card-answers-more = … and { $count } more under “{ button-answers }”
card-answers-page = Page { $page } of { $pages }
answers-title = <b>All answers, form № { $number }</b>
answer-row = <b>{ $label }</b>
    { $value }
answer-rest = { $value }
group-heading = — { $label } —
no-answers = There are no answers yet.

button-approve = ✅ Approve
button-reject = ❌ Reject
button-changes = ✏️ Ask for changes
button-answers = 📄 All answers
button-history = 🕓 History
button-word = ✉️ Write to the guest
button-undo = ↩️ Undo
button-undo-number = ↩️ Undo № { $number }
button-back = ‹ Back
button-to-list = ‹ To the list
button-skip = Skip ›
button-next = Next ›
button-stop = Stop
button-typed-reason = ✍️ In my own words…
button-send-changes = Send as it is
button-word-changes = ✍️ Explain…
button-previous-page = ◀
button-next-page = ▶

choose-reason = <b>Why is form № { $number } rejected?</b> The guest reads the reason in their own language.
choose-fields = <b>What should change in form № { $number }?</b> Tick the questions, then send, or explain first.
prompt-reason = Form № { $number } ({ $guest }): reply to this message with the reason. The guest will read it. Changed your mind? /cancel
prompt-changes = Form № { $number } ({ $guest }): reply to this message with what to change and how. The guest will read it. Changed your mind? /cancel
prompt-ask = Reply to this message with your words to the guest ({ $guest }, form № { $number }): the bot passes them on. Changed your mind? /cancel
prompt-closed = This question is settled: it was answered or taken back. To write, press the button under the form again.
prompt-placeholder = Write here
asked = ✍️ <a href="tg://user?id={ $id }">{ $who }</a>
opening = ⏳ Opening…

decided-approved = № { $number } is approved. The guest will get a message.
decided-rejected = № { $number } is rejected. The guest will get a message.
decided-needs-changes = № { $number } is sent back for changes. The guest will get a message.
undone = Undone: № { $number } is waiting again.
already = Form № { $number } was already reviewed: { $status }. Decided { $ago } by { $who }.
already-yours = You have already reviewed form № { $number }: { $status }.
changed-meanwhile = Form № { $number } has changed since it was shown to you. Please look at it again before you decide.
stands-otherwise = Form № { $number } is now: { $status }.
undo-too-late = A decision can be undone for a minute. The minute is over.
undo-not-yours = Only the one who decided can undo it.
not-admin = Only the bot’s admins can do this.
not-here = I show forms only in a private chat with the bot and in the admins’ group.
form-gone = There is no such form: it was deleted, or has another number.
pick-a-field = Tick at least one question, or explain in words.
too-long-note = Too long: please keep it within { $max_length } characters.
text-only = I pass on text only. Please put it in words.
nothing-new = Nothing has changed here.
busy-chat = Telegram asks to wait. Try again in { $seconds } s.

## Words to a guest, and answers

word-passed = ✉️ Being passed on to the guest (form № { $number }).
word-lost = ⚠️ The message to the guest of form № { $number } ({ $guest }) was not delivered: { $why }.
answer-from-guest = 💬 <b>The guest’s answer, form № { $number }</b> ({ $guest }):
    { $text }

    To answer, reply to this message.
button-open-form = Open form № { $number }

## The digest

digest = 📥 { $count ->
    [one] <b>{ $count } new form</b>
   *[other] <b>{ $count } new forms</b>
  } (№ { $first }–{ $last }). There are many, so they come as one message.
button-open-list = 📋 Open the list
button-review = ▶️ Review
button-review-count = ▶️ Review ({ $count })

## The list

forms-home = <b>Forms</b>: { $total } in all
    To find one: <code>/forms ivan</code>, the end of a phone, an e-mail or a number. To open one: <code>/form 17</code>.
forms-empty = <b>There are no forms yet.</b> The first one appears here as soon as a guest sends it.
button-status-count = { $sign } { $status }: { $count }
button-all = All: { $count }
button-undelivered = ⚠️ Not delivered: { $count }
button-export = 📤 Export
button-home = ‹ Start
list-title = <b>{ $what }</b>: { $total ->
    [one] { $total } form
   *[other] { $total } forms
  }
list-everything = All forms
list-search = search “{ $query }”
list-since = since { $day }
list-line = { $sign } <b>№ { $number }</b> { $title } · { $when }
list-nothing = There is nothing here. If you were searching, try a part of the name, the end of the phone, or the number.
list-hint-oldest = Those who have waited longest come first.
button-filter-status = Status
button-filter-ticket = { $label }
button-filter-date = Date
button-approve-all = ✅ Approve all ({ $count })
filter-choose = <b>Which forms shall I show?</b>
filter-any = Any
filter-today = Today
filter-week = 7 days
filter-month = 30 days
filter-expired = This list is too old. Open a new one: /forms
bulk-nothing = Nobody is waiting for review here.
bulk-confirm = { $count ->
    [one] Approve <b>{ $count } form</b>
   *[other] Approve <b>{ $count } forms</b>
  }? { $count ->
    [one] The guest will get a message.
   *[other] Every guest will get a message.
  }

    Filter: { $what }
button-bulk-yes = Yes, approve { $count }
bulk-done = ✅ { $count ->
    [one] <b>{ $count } form</b> is approved, its guest is being told.
   *[other] <b>{ $count } forms</b> are approved, the guests are being told.
  }
bulk-meanwhile = { $count ->
    [one] { $count } more was reviewed by somebody else meanwhile, or changed by its guest.
   *[other] { $count } more were reviewed by somebody else meanwhile, or changed by their guests.
  }
review-done = 🎉 <b>All reviewed.</b> Nobody is waiting any more.
review-last = This is the last form that is waiting.
review-left = Waiting for review: { $count }
flash-approved = ✅ № { $number } is approved.
flash-rejected = ❌ № { $number } is rejected.
flash-needs-changes = ✏️ № { $number } is sent back for changes.

undelivered-title = <b>Not delivered: { $count }</b>
undelivered-line = • { $what }{ $number } → { $chat }: { $why }
undelivered-more = … and { $count } more
undelivered-hide = Hide all messages that were not delivered ({ $count })? They will not be sent, and cards no longer tell of them.
undelivered-none = Everything was delivered.
undelivered-chat-guest = guest
undelivered-chat-admins = admins
undelivered-form = {" "}№ { $number }
undelivered-card = card
undelivered-digest = digest
undelivered-refresh = card’s update
undelivered-notice = decision
undelivered-word = message to the guest
undelivered-answer = guest’s answer
undelivered-export = export
undelivered-reminder = reminder
undelivered-why-blocked = the bot is blocked or was never started
undelivered-why-refused = Telegram refused
undelivered-why-unreachable = Telegram did not take it for a day
button-retry = Send again
button-hide = Hide…
button-hide-all = Hide all of them
undelivered-retried = Being sent again: { $count }
undelivered-dismissed = Hidden: { $count }

## History

history-title = <b>History of form № { $number }</b>
history-line = { $when } · { $who }: { $what }
history-begun = begun
history-submitted = submitted
history-of-fields = { $what } ({ $fields })
history-edited = answers changed
history-undone = decision undone
history-word = message to the guest
history-answer = the guest’s answer
history-deleted = deleted
history-note = “{ $note }”
history-consent = consent “{ $label }” (version { $version })
history-earlier = …and earlier: { $count }

## Export and statistics

export-choose = <b>Export forms</b> ({ $what }): { $total }
button-csv = CSV
button-xlsx = Excel (XLSX)
export-progress = 📤 Preparing the file: { $done } of { $total }…
export-done = 📤 Forms in the file: { $count }
export-queued = Preparing the file, it will come here
export-failed = The file could not be made. Please try again: /export

stats-title = <b>Statistics</b> as of { $when }
stats-line = { $sign } { $status }: { $count }
stats-funnel = Begun { $started } → submitted { $submitted } ({ $submitted_share } %) → approved { $approved } ({ $approved_share } %)
stats-counted = <i>Without drafts, rejected and cancelled forms:</i>
stats-sum = { $label }: { $approved } approved, { $waiting } waiting for review
stats-field = <b>{ $label }</b>: { $answers }
stats-answer = { $answer } — { $count }
stats-rest = others
# Such an answer to a free question asks for nothing, and is not counted.
stats-none = none, no, nothing, -, —, –, n/a, нет
stats-nothing = There is nothing to count yet: no forms.
stats-days = Forms today: { $today }, in 7 days: { $week }
stats-no-picture = The picture could not be made; here are the numbers.
chart-subtitle = Submitted { $submitted }, approved { $approved }
chart-days = Submitted by day
chart-weeks = Submitted by week

command-forms = forms: list, search, decisions
command-form = open a form by its number
command-export = export the forms
command-stats = statistics
form-which = Which one? Write its number: <code>/form 17</code>
