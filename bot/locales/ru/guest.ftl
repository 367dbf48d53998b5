### Анкеты гостя в чате: /my, /language, /forget, напоминание. HTML, кроме кнопок и всплывающих ответов.

command-my = мои анкеты
command-language = выбрать язык
command-forget = что обо мне хранится, удалить всё

## Мои анкеты

my-title = <b>Ваши анкеты</b>: { $total }
my-line = { $sign } <b>№ { $number }</b> · { $status } · { $when }
my-none = Анкет у вас пока нет. Заполнить: /start, а если страница не открывается — /fill.
my-form-title = { $sign } <b>Анкета № { $number }</b> · { $status }
my-submitted = Прислана { $when }
my-approved = ⚠️ Анкета одобрена. Если изменить ответы, её рассмотрят ещё раз, и до нового решения одобрение не действует.
my-cancelled = Анкета № { $number } отменена
my-deleted = 🗑 Данные анкеты <b>№ { $number }</b> удалены.
my-meanwhile = Анкета тем временем изменилась: вот она сейчас.
my-sure-cancel = <b>Отменить анкету № { $number }?</b> { $told ->
    [approved] Она одобрена: отменив её, вы откажетесь от места.
   *[other] Рассматривать её больше не будут.
  } Вернуть её нельзя, но можно заполнить новую.
my-sure-delete = <b>Удалить данные анкеты № { $number }?</b> Ответы сотрутся навсегда, останутся только её номер и время событий. { $told ->
    [approved] Она одобрена: удалив её, вы откажетесь от места.
   *[other] Рассматривать её больше не будут.
  }
my-button-continue = ✏️ Продолжить
my-button-cancel = 🚫 Отменить
my-button-delete = 🗑 Удалить мои данные
my-button-sure-cancel = Да, отменить
my-button-sure-delete = Да, удалить
my-button-leave = Нет, оставить
my-button-list = ‹ Мои анкеты
button-in-chat = 💬 Ответить в чате
