# The questionnaire's answers: words for them, and how to mend one that does not fit.

answer-yes = yes
answer-no = no
# A strftime pattern.
answer-date = %d %B %Y

error-required = We cannot do without this answer. Please fill it in.
error-unknown-field = There is no such question. Please open the questionnaire again: it may have been updated.
error-not-an-object = The answers came in a form we cannot read. Please open the questionnaire again and resend it.
error-not-text = Please answer with text.
error-too-short =
    Too short: please write at least { $min_length ->
        [one] { $min_length } character
       *[other] { $min_length } characters
    }.
error-too-long =
    Too long: please keep it within { $max_length ->
        [one] { $max_length } character
       *[other] { $max_length } characters
    }.
error-bad-characters = There are invisible control characters in the answer. Please type it instead of pasting.
error-invalid-email = This is not an e-mail address. Please check it: it should look like ivan@example.com.
error-invalid-phone = There is no such phone number. Please check the digits, and start a foreign number with a plus and its country code: +7 999 123-45-67.
error-not-an-integer = Please write a whole number in digits, for example 2.
error-too-small = Too small: please write a number of at least { $min }.
error-too-big = Too big: please write a number of at most { $max }.
error-wrong-step = This number does not fit: please start at { $min } and count in steps of { $step }.
error-not-a-choice = There is no such option. Please choose one of those offered.
error-not-a-list = Please tick options from the list.
error-too-few =
    Please tick at least { $min ->
        [one] { $min } option
       *[other] { $min } options
    }.
error-too-many =
    Please tick at most { $max ->
        [one] { $max } option
       *[other] { $max } options
    }.
error-duplicate = One option is ticked twice. Please leave it once.
error-not-a-boolean = Please answer yes or no.
error-consent-required = We cannot take the form without this consent. If you agree, please tick the box.
error-invalid-date = There is no such date. Please write it like 31.12.1990.
error-too-early = Too early: please give a date not before { $min_date }.
error-too-late = Too late: please give a date not after { $max_date }.
