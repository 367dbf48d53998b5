### Заголовки выгрузки.

export-number = №
export-status = Состояние
export-submitted = Прислана
export-user-id = Telegram id
export-user-name = Имя в Telegram
export-username = Ник в Telegram
