"""A served platform hands its mails over by itself, each once, though three processes look."""

import time
from pathlib import Path

from jeton.testing.postgres import migrated_database, server
from jeton.testing.served import Served, create_app, init
from jeton.testing.smtp import MailCatcher

PEOPLE = 12


def test_mails_of_three_processes_leave_once_each(tmp_path: Path) -> None:
    settings = {"JETON_DATABASE_URL": migrated_database(), "JETON_WORKERS": "3"}
    init(tmp_path / "data", settings)
    app = create_app(tmp_path / "data", settings=settings)
    with MailCatcher() as catcher, Served(tmp_path / "data", settings=settings) as served:
        token = served.token(app)
        mail = {"smtp_host": "127.0.0.1", "smtp_port": catcher.port, "smtp_security": "none", "smtp_sender": "d@b.fr"}
        assert served.call("PUT", "/api/config", {"config": mail}, token=token)[0] == 200
        for number in range(PEOPLE):
            person = {"login": f"person{number}", "email": f"p{number}@example.org"}
            assert served.call("POST", "/api/user", person, token=token)[0] == 201
        limit = time.monotonic() + 20
        while len(catcher.mails) < PEOPLE and time.monotonic() < limit:
            time.sleep(0.05)
        time.sleep(1.5)  # one more look of each
    assert sorted(catcher.recipients) == sorted(f"p{number}@example.org" for number in range(PEOPLE))
    server().drop(settings["JETON_DATABASE_URL"])
