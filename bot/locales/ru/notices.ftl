### Что бот пишет гостю сам: решения и слова организаторов. HTML.

notice-approved = 🎉 Анкета <b>№ { $number }</b> одобрена. Ждём вас!
    { $date } · { $place }
notice-rejected = К сожалению, анкета <b>№ { $number }</b> отклонена.
notice-needs-changes = ✏️ Анкету <b>№ { $number }</b> нужно немного изменить. После этого её рассмотрят снова.
notice-undone = Решение по анкете <b>№ { $number }</b> пока отозвано: её рассмотрят ещё раз. Мы сообщим, когда решим.
notice-reason = Причина: { $reason }
notice-note = Организаторы пишут:
    { $note }
notice-fields = Что изменить: { $fields }
button-edit-form = ✏️ Изменить анкету
word-to-guest = ✉️ Организаторы пишут об анкете <b>№ { $number }</b>:

    { $text }

    Ответьте на это сообщение, и мы передадим.
word-answered = ✅ Передали организаторам.
