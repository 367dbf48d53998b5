### Выгрузка списка гостей (CSV, XLSX).

export-forms = Анкеты
export-number = №
export-status = Статус
export-submitted = Отправлена
export-user = Telegram ID
export-name = Имя в Telegram
export-username = Ник в Telegram
export-decision = Комментарий к решению
# Как таблица показывает день и время (форматы Excel).
export-day = dd.mm.yyyy
export-moment = dd.mm.yyyy hh:mm
