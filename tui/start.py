"""The `kaibiao` command as it starts: the language first, then the command, and every error in the user's words.

Exit codes: 0 done, 1 a check or a verification found something, 2 the input or the call is wrong,
70 a fault of this program, 130 interrupted.
"""

from __future__ import annotations

import io
import sys
import warnings
from collections.abc import Sequence

import click

from auction.errors import BadInput, Fault, KaibiaoError
from auction.language import _, chosen_language, say, speak
from tui.errorlog import in_words
from tui.output import print_faults, print_json

WRONG = 2
OUR_FAULT = 70
INTERRUPTED = 130
LANGUAGE_OPTION = "--lang"
LANGUAGE_NAMES = ("zh", "en")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; nothing it raises reaches the user as a traceback."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in arguments
    _write_utf8()
    speak(chosen_language(None))
    try:
        return _run(arguments)
    except (click.Abort, KeyboardInterrupt):
        click.echo(_("已中断"), err=True)
        return INTERRUPTED
    except click.UsageError as error:
        return _misused(error, as_json)
    except KaibiaoError as error:
        return _refused(error.faults if isinstance(error, BadInput) else (Fault(error.message),), as_json)
    except OSError as error:
        reason = say("系统报错（{reason}）", reason=error.strerror or error)
        return _refused([Fault(reason, None if error.filename is None else str(error.filename))], as_json)
    except Exception as error:
        return _broken(error, as_json)


def _run(arguments: list[str]) -> int:
    language, rest = taken_language(arguments)
    speak(chosen_language(language))
    from tui.cli import cli

    with warnings.catch_warnings():
        if not sys.warnoptions:
            warnings.simplefilter("ignore")
        answer = cli.main(rest, prog_name="kaibiao", standalone_mode=False)
    return answer if isinstance(answer, int) else 0


def taken_language(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """The language asked for, wherever `--lang` stands, and the arguments without it. Raises click.UsageError."""
    rest: list[str] = []
    asked: str | None = None
    coming = iter(arguments)
    for argument in coming:
        if argument == "--":
            return asked, [*rest, argument, *coming]
        name, equals, value = argument.partition("=")
        if name != LANGUAGE_OPTION:
            rest.append(argument)
            continue
        asked = value if equals else next(coming, "")
        if asked not in LANGUAGE_NAMES:
            raise click.BadOptionUsage(LANGUAGE_OPTION, _("--lang 应为 zh 或 en"))
    return asked, rest


def _write_utf8() -> None:
    """Write UTF-8, whatever the locale says; what cannot be written becomes a `?`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _misused(error: click.UsageError, as_json: bool) -> int:
    if as_json:
        return _refused([Fault(say("{reason}", reason=error.format_message()), field=_field(error))], as_json)
    error.show()
    return WRONG


def _field(error: click.UsageError) -> str | None:
    """The option or argument a usage error is about, as the user writes it without dashes."""
    if isinstance(error, click.BadParameter) and error.param:
        return max(error.param.opts, key=len).lstrip("-")
    option = getattr(error, "option_name", None)
    return option.lstrip("-") if option else None


def _refused(faults: Sequence[Fault], as_json: bool) -> int:
    if as_json:
        print_json({"errors": [fault.as_dict() for fault in faults]})
    else:
        print_faults(faults)
    return WRONG


def _broken(error: Exception, as_json: bool) -> int:
    """Own up to a fault of this program: one line, and where the details are."""
    _refused([Fault(in_words(error))], as_json)
    return OUR_FAULT


if __name__ == "__main__":
    sys.exit(main())
