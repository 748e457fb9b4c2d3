"""Makes an installation ready to serve, or says in words why it cannot."""

import os
import sys

from sqlalchemy.exc import OperationalError

import schema
from database import UnsoundDatabaseError
from installation import Installation, installation, now
from lessons.faults import FaultyContentError
from people import directory
from progress import demonstration, editions
from settings import Mode, WrongSettingsError
from words import Sentence, Words, chosen, sentence

DEMONSTRATION_EMPLOYEES = 240
DEMONSTRATION_SEED = 1


class NotReadyError(Exception):
    """The installation may not serve; carries the sentence that says why."""

    def __init__(self, reason: Sentence) -> None:
        super().__init__(str(reason))
        self.reason = reason


def operator_words() -> Words:
    """The operator's language, as the terminal has it; English where it says none of ours."""
    wishes = (os.environ.get(name, "").replace("_", "-") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return Words.of(chosen(*wishes, "en"))


def fault() -> str | None:
    """Opens the installation and makes it ready; gives why it cannot serve, one line a fault, or none."""
    words = operator_words()
    try:
        prepare(installation())
    except WrongSettingsError as error:
        return "\n".join(words.say(each) for each in error.faults)
    except FaultyContentError as error:
        return "\n".join(each.in_words(words) for each in error.faults)
    except (UnsoundDatabaseError, NotReadyError) as error:
        return words.say(error.reason)
    except OperationalError as error:
        return words("The database does not answer: {reason}", reason=str(error.orig).strip())
    return None


def prepare(house: Installation) -> None:
    """Brings a demonstration to the newest schema and fills it when it is empty; checks a production."""
    if house.settings.mode is Mode.PRODUCTION:
        _check_production(house)
    else:
        if not schema.is_newest(house.database):
            schema.bring_up_to_date(house.database)
        _fill_when_empty(house)
    editions.keep(house.database, house.content)


def _check_production(house: Installation) -> None:
    if not schema.is_newest(house.database):
        raise NotReadyError(sentence("The database has an older schema; run “manage.py migrate” first."))
    with house.database.reading() as connection:
        if directory.has_invented_people(connection):
            raise NotReadyError(
                sentence("The database holds a demonstration's invented people; production needs its own.")
            )


def _fill_when_empty(house: Installation) -> None:
    with house.database.reading() as connection:
        if directory.has_real_people(connection):
            raise NotReadyError(
                sentence(
                    "The database holds real people; a demonstration, where anybody may choose to be "
                    "anybody, must not run on it. Set KODEX_MODE=production."
                )
            )
        is_empty = directory.is_empty(connection)
    if is_empty:
        t = operator_words()
        sys.stderr.write(
            t("The database is empty. Inventing a company of {n} people…", n=DEMONSTRATION_EMPLOYEES) + "\n"
        )
        demonstration.fill(
            house.database,
            house.content,
            DEMONSTRATION_EMPLOYEES,
            DEMONSTRATION_SEED,
            house.settings.time_zone,
            now(),
        )
