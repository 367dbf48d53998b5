### Ошибки того, что стоит рядом с ответами (bot/submission.py, bot/services).

error-not-a-uuid = Номер отправки (submission_id) должен быть UUID.
error-not-a-user-id = Это не номер пользователя Telegram.
error-nothing-to-change = Пришлите ответы или статус.
