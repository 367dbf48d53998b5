### Что видят администраторы в чате. Тексты в HTML (parse_mode), кроме кнопок и всплывающих ответов.

# Шаблон strftime.
moment = %d.%m.%Y %H:%M
moment-short = %d.%m %H:%M
day = %d.%m.%Y
ago = { $unit ->
    [seconds] только что
    [minutes] { $count ->
        [one] { $count } минуту назад
        [few] { $count } минуты назад
       *[many] { $count } минут назад
      }
    [hours] { $count ->
        [one] { $count } час назад
        [few] { $count } часа назад
       *[many] { $count } часов назад
      }
   *[days] { $count ->
        [one] { $count } день назад
        [few] { $count } дня назад
       *[many] { $count } дней назад
      }
  }
somebody = администратор
through-api = REST API
unknown-guest = гость

## Карточка

card-title = { $sign } <b>Анкета № { $number }</b> · { $status }
card-answer = { $label }: <b>{ $value }</b>
card-submitted = Прислана { $when } · { $guest }
card-changed = ✏️ Изменено { $when }: { $fields }{ $was ->
    [approved] {" "}· была одобрена
    [rejected] {" "}· была отклонена
    [needs-changes] {" "}· просили изменить
   *[other] {""}
  }
card-nothing-changed = ничего
card-draft = Черновик · { $guest }
card-decided-approved = ✅ Одобрено: { $who }, { $when }
card-decided-rejected = ❌ Отклонено: { $who }, { $when }
card-decided-needs-changes = ✏️ Отправлено на доработку: { $who }, { $when }
card-reason = Причина: { $reason }
card-fields = Что изменить: { $fields }
card-note = Пояснение гостю: { $note }
card-guest-blocked = ⚠️ Гость заблокировал бота: сообщения до него не доходят.
card-undelivered = { $count ->
    [one] ⚠️ { $count } сообщение гостю не доставлено.
    [few] ⚠️ { $count } сообщения гостю не доставлены.
   *[many] ⚠️ { $count } сообщений гостю не доставлено.
  }
card-withheld = Анкеты читают только организаторы: эта больше не показывается.
card-deleted = 🗑 Анкета № { $number } удалена: ответов больше нет.
card-answers-more = … и ещё { $count } — под кнопкой «{ button-answers }»
card-answers-page = Страница { $page } из { $pages }
answers-title = <b>Все ответы, анкета № { $number }</b>
answer-row = <b>{ $label }</b>
    { $value }
answer-rest = { $value }
group-heading = — { $label } —
no-answers = Ответов пока нет.

button-approve = ✅ Одобрить
button-reject = ❌ Отклонить
button-changes = ✏️ На доработку
button-answers = 📄 Все ответы
button-history = 🕓 История
button-word = ✉️ Написать гостю
button-undo = ↩️ Отменить решение
button-undo-number = ↩️ Вернуть № { $number }
button-back = ‹ Назад
button-to-list = ‹ К списку
button-skip = Пропустить ›
button-next = Следующая ›
button-stop = Закончить
button-typed-reason = ✍️ Своими словами…
button-send-changes = Отправить без пояснения
button-word-changes = ✍️ С пояснением…
button-previous-page = ◀
button-next-page = ▶

choose-reason = <b>Почему отклоняем анкету № { $number }?</b> Гость прочитает причину на своём языке.
choose-fields = <b>Что изменить в анкете № { $number }?</b> Отметьте вопросы, потом отправьте сразу или с пояснением.
prompt-reason = Анкета № { $number } ({ $guest }): напишите причину отказа ответом на это сообщение. Гость её прочитает. Передумали? /cancel
prompt-changes = Анкета № { $number } ({ $guest }): напишите, что и как изменить, ответом на это сообщение. Гость это прочитает. Передумали? /cancel
prompt-ask = Напишите гостю ({ $guest }, анкета № { $number }) ответом на это сообщение: бот передаст. Передумали? /cancel
prompt-closed = На этот вопрос уже ответили, или он снят. Чтобы написать, нажмите кнопку под анкетой ещё раз.
prompt-placeholder = Напишите здесь
asked = ✍️ <a href="tg://user?id={ $id }">{ $who }</a>
opening = ⏳ Открываю…

decided-approved = № { $number } одобрена. Гость получит сообщение.
decided-rejected = № { $number } отклонена. Гость получит сообщение.
decided-needs-changes = № { $number } отправлена на доработку. Гость получит сообщение.
undone = Решение отменено: № { $number } снова ждёт.
already = Анкета № { $number } уже рассмотрена: { $status }. Решение принято { $ago }: { $who }.
already-yours = Вы уже рассмотрели анкету № { $number }: { $status }.
changed-meanwhile = Анкета № { $number } изменилась с тех пор, как вы её видели. Посмотрите ещё раз и тогда решайте.
stands-otherwise = Сейчас анкета № { $number }: { $status }.
undo-too-late = Отменить решение можно в течение минуты. Минута прошла.
undo-not-yours = Отменить решение может только тот, кто его принял.
not-admin = Это могут только администраторы бота.
not-here = Анкеты показываю только в личном чате с ботом и в группе администраторов.
form-gone = Такой анкеты нет: её удалили или номер другой.
pick-a-field = Отметьте хотя бы один вопрос или добавьте пояснение.
too-long-note = Слишком длинно: пожалуйста, не больше { $max_length } символов.
text-only = Передаю только текст. Напишите словами, пожалуйста.
nothing-new = Здесь ничего не изменилось.
busy-chat = Telegram просит подождать. Попробуйте через { $seconds } с.

## Слова гостю и ответы

word-passed = ✉️ Передаём гостю (анкета № { $number }).
word-lost = ⚠️ Сообщение гостю не доставлено, анкета № { $number } ({ $guest }): { $why }.
answer-from-guest = 💬 <b>Ответ гостя, анкета № { $number }</b> ({ $guest }):
    { $text }

    Чтобы ответить, ответьте на это сообщение.
button-open-form = Открыть анкету № { $number }

## Дайджест

digest = 📥 { $count ->
    [one] Пришла <b>{ $count } анкета</b>
    [few] Пришли <b>{ $count } анкеты</b>
   *[many] Пришло <b>{ $count } анкет</b>
  } (№ { $first }–{ $last }). Их много, поэтому одним сообщением.
button-open-list = 📋 Открыть список
button-review = ▶️ Рассмотреть
button-review-count = ▶️ Рассмотреть ({ $count })

## Список

forms-home = <b>Анкеты</b>: всего { $total }
    Найти: <code>/forms иван</code>, конец телефона, почта или номер. Открыть: <code>/form 17</code>.
forms-empty = <b>Анкет пока нет.</b> Первая появится здесь, как только гость её отправит.
button-status-count = { $sign } { $status }: { $count }
button-all = Все: { $count }
button-undelivered = ⚠️ Не доставлено: { $count }
button-export = 📤 Выгрузить
button-home = ‹ В начало
list-title = <b>{ $what }</b>: { $total ->
    [one] { $total } анкета
    [few] { $total } анкеты
   *[many] { $total } анкет
  }
list-everything = Все анкеты
list-search = поиск «{ $query }»
list-since = с { $day }
list-line = { $sign } <b>№ { $number }</b> { $title } · { $when }
list-nothing = Здесь пусто. Если искали: попробуйте часть имени, конец телефона или номер.
list-hint-oldest = Сначала те, кто ждёт дольше.
button-filter-status = Статус
button-filter-ticket = { $label }
button-filter-date = Дата
button-approve-all = ✅ Одобрить все ({ $count })
filter-choose = <b>Какие анкеты показать?</b>
filter-any = Любые
filter-today = Сегодня
filter-week = 7 дней
filter-month = 30 дней
filter-expired = Этот список слишком старый. Откройте новый: /forms
bulk-nothing = Здесь больше никто не ждёт решения.
bulk-confirm = { $count ->
    [one] Одобрить <b>{ $count } анкету</b>
    [few] Одобрить <b>{ $count } анкеты</b>
   *[many] Одобрить <b>{ $count } анкет</b>
  }? { $count ->
    [one] Гостю придёт сообщение.
   *[other] Каждому гостю придёт сообщение.
  }

    Отбор: { $what }
button-bulk-yes = Да, одобрить { $count }
bulk-done = ✅ { $count ->
    [one] Одобрена <b>{ $count } анкета</b>
    [few] Одобрены <b>{ $count } анкеты</b>
   *[many] Одобрено <b>{ $count } анкет</b>
  }, { $count ->
    [one] гостю сообщаем.
   *[other] гостям сообщаем.
  }
bulk-meanwhile = { $count ->
    [one] Ещё { $count } тем временем рассмотрел кто-то другой или изменил гость.
   *[other] Ещё { $count } тем временем рассмотрел кто-то другой или изменили гости.
  }
review-done = 🎉 <b>Всё рассмотрено.</b> Больше никто не ждёт.
review-last = Эта анкета осталась последней.
review-left = Ещё без решения: { $count }
flash-approved = ✅ № { $number } одобрена.
flash-rejected = ❌ № { $number } отклонена.
flash-needs-changes = ✏️ № { $number } отправлена на доработку.

undelivered-title = <b>Не доставлено: { $count }</b>
undelivered-line = • { $what }{ $number } → { $chat }: { $why }
undelivered-more = … и ещё { $count }
undelivered-hide = Скрыть все недоставленные сообщения ({ $count })? Они не будут отправлены, и карточки перестанут о них напоминать.
undelivered-none = Всё доставлено.
undelivered-chat-guest = гость
undelivered-chat-admins = администраторы
undelivered-form = {" "}№ { $number }
undelivered-card = карточка
undelivered-digest = дайджест
undelivered-refresh = обновление карточки
undelivered-notice = решение
undelivered-word = сообщение гостю
undelivered-answer = ответ гостя
undelivered-export = выгрузка
undelivered-reminder = напоминание
undelivered-why-blocked = бот заблокирован или не запущен
undelivered-why-refused = Telegram отказал
undelivered-why-unreachable = Telegram сутки не принимал
button-retry = Отправить ещё раз
button-hide = Скрыть…
button-hide-all = Скрыть все
undelivered-retried = Отправляем ещё раз: { $count }
undelivered-dismissed = Скрыто: { $count }

## История

history-title = <b>История анкеты № { $number }</b>
history-line = { $when } · { $who }: { $what }
history-begun = начата
history-submitted = отправлена
history-of-fields = { $what } ({ $fields })
history-edited = ответы изменены
history-undone = решение отменено
history-word = сообщение гостю
history-answer = ответ гостя
history-deleted = удалена
history-note = «{ $note }»
history-consent = согласие «{ $label }» (версия { $version })
history-earlier = …и ещё раньше: { $count }

## Выгрузка и статистика

export-choose = <b>Выгрузить анкеты</b> ({ $what }): { $total }
button-csv = CSV
button-xlsx = Excel (XLSX)
export-progress = 📤 Готовлю файл: { $done } из { $total }…
export-done = 📤 Анкет в файле: { $count }
export-queued = Готовлю файл, пришлю сюда
export-failed = Файл не получился. Попробуйте ещё раз: /export

stats-title = <b>Статистика</b> на { $when }
stats-line = { $sign } { $status }: { $count }
stats-funnel = Начали { $started } → отправили { $submitted } ({ $submitted_share } %) → одобрены { $approved } ({ $approved_share } %)
stats-counted = <i>Без черновиков, отклонённых и отменённых:</i>
stats-sum = { $label }: { $approved } одобрено, { $waiting } ждут решения
stats-field = <b>{ $label }</b>: { $answers }
stats-answer = { $answer } — { $count }
stats-rest = прочее
# Такой ответ на свободный вопрос ничего не просит, в статистике его нет.
stats-none = нет, не, нету, ничего, без ограничений, none, no, -, —, –, n/a
stats-nothing = Пока нечего считать: анкет ещё нет.
stats-days = Анкет за сегодня: { $today }, за 7 дней: { $week }
stats-no-picture = Картинка не получилась, вот числа.
chart-subtitle = Отправлено { $submitted }, одобрено { $approved }
chart-days = Отправлено по дням
chart-weeks = Отправлено по неделям

command-forms = анкеты: список, поиск, решения
command-form = открыть анкету по номеру
command-export = выгрузить анкеты
command-stats = статистика
form-which = Какую? Напишите номер: <code>/form 17</code>
