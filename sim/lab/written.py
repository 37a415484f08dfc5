"""A population written to a file, as people write one: shares in percent, numbers plain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path

import yaml

from auction.errors import bad_input
from auction.language import say
from auction.quantities import decimals
from sim.lab.population import KIND, Institution, Population

SHARES = ("mandate", "fee", "absent", "at_ceiling", "cap_use", "fill", "focal", "copies", "share")
WIDTH = 120


class Plain(yaml.SafeDumper):
    """Numbers and days without quotes."""


def _number(dumper: yaml.SafeDumper, value: Decimal) -> yaml.Node:
    text = decimals(value, 0)
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


def _day(dumper: yaml.SafeDumper, value: date) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", value.isoformat())


Plain.add_representer(Decimal, _number)
Plain.add_representer(date, _day)


def population_text(population: Population) -> str:
    """The file of a population; what stands at its default is left out."""
    whole: dict[str, object] = {"kind": KIND, "name": population.name, "title": population.title}
    if population.note:
        whole["note"] = population.note
    if population.members is not None:
        whole["members"] = population.members
    whole["institutions"] = [_institution(each) for each in population.institutions]
    if population.outlook:
        whole["outlook"] = {name: value for name, value in population.outlook if value not in ("", {})}
    return yaml.dump(whole, Dumper=Plain, allow_unicode=True, sort_keys=False, width=WIDTH)


def write_population(population: Population, path: Path) -> None:
    """Write a population file. Raises BadInput where the disk refuses."""
    try:
        path.write_text(population_text(population), "utf-8")
    except OSError as error:
        raise bad_input(say("文件写不进去（{reason}）", reason=error.strerror or error), path) from None


def _institution(institution: Institution) -> dict[str, object]:
    written: dict[str, object] = {}
    for name, field in Institution.model_fields.items():
        value = getattr(institution, name)
        if value == field.default and not field.is_required():
            continue
        written[field.alias or name] = _plain(name, value)
    return written


def _plain(name: str, value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: _percent(share) for key, share in value.items()}
    return _percent(value) if name in SHARES and isinstance(value, Decimal) else value


def _percent(share: Decimal) -> str:
    return f"{decimals(share * 100, 0)}%"
