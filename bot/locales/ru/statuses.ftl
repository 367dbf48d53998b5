### Состояния анкеты: «Статус: ждёт решения».

status-draft = черновик
status-submitted = ждёт решения
status-approved = подтверждена
status-rejected = отклонена
status-needs-changes = нужны правки
status-cancelled = отменена
