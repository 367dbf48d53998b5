### Состояния анкеты: словом и знаком, который различим и без цвета.

status-draft = черновик
status-submitted = ждёт решения
status-approved = одобрена
status-rejected = отклонена
status-needs-changes = нужны изменения
status-cancelled = отменена

sign-draft = 📝
sign-submitted = ⏳
sign-approved = ✅
sign-rejected = ❌
sign-needs-changes = ✏️
sign-cancelled = 🚫
