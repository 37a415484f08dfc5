"""`kaibiao bond`: yield from price and price from yield, as the interbank market reckons them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import reduce
from typing import TypeVar

import click
from pydantic import BaseModel, Field, ValidationError, ValidationInfo, field_validator

from auction.bond import accrued_interest, dirty_price, yield_to_maturity
from auction.bondterms import Terms, outside_life, schedule_of
from auction.errors import BadInput, Fault
from auction.language import _
from auction.quantities import Price, Rate, decimals, half_up
from auction.workdays import Day
from auction.yamlfile import sentence_for
from tui.options import json_option
from tui.output import print_json, print_table

PLACES = 4

M = TypeVar("M", bound=BaseModel)
F = TypeVar("F", bound=Callable[..., object])


class Held(Terms):
    """A bond on a settlement day."""

    settlement: Day

    @field_validator("settlement")
    @classmethod
    def _in_its_life(cls, settlement: date, others: ValidationInfo) -> date:
        if wrong := outside_life(others.data.get("value_date"), others.data.get("maturity"), settlement):
            raise ValueError(wrong)
        return settlement


class HeldAtPrice(Held):
    """What somebody pays for it."""

    dirty: Price = Field(gt=0)


class HeldAtYield(Held):
    """What it is to yield."""

    rate: Rate = Field(alias="yield")


def bond_options(command: F) -> F:
    """Which bond, and when; left as text, for the model to tell every fault at once."""
    options = (
        click.option("--coupon", metavar="PERCENT", help=_("票面利率（%），必填。")),
        click.option("--frequency", metavar="NUMBER", help=_("每年付息次数：1、2、4 或 12，必填。")),
        click.option("--value-date", metavar="DATE", help=_("起息日，必填。")),
        click.option("--maturity", metavar="DATE", help=_("到期日，必填。")),
        click.option("--settlement", metavar="DATE", help=_("结算日，必填：不早于起息日，早于到期日。")),
    )
    return reduce(lambda wrapped, option: option(wrapped), reversed(options), command)


@click.group("bond", help=_("债券的收益率与价格：银行间市场惯例，每百元面值。"))
def bond_group() -> None:
    """Hold the two commands."""


@bond_group.command("yield", help=_("由全价计算到期收益率。"))
@bond_options
@click.option("--dirty", metavar="YUAN", help=_("全价（元，含应计利息），必填。"))
@json_option
def yield_command(as_json: bool, **written: str | None) -> None:
    """Print the yield at a price."""
    held = read(HeldAtPrice, written)
    rate = yield_to_maturity(schedule_of(held), held.settlement, held.dirty)
    tell(held, rate, Fraction(held.dirty), as_json)


@bond_group.command("price", help=_("由到期收益率计算全价与净价。"))
@bond_options
@click.option("--yield", metavar="PERCENT", help=_("到期收益率（%），可为负，必填。"))
@json_option
def price_command(as_json: bool, **written: str | None) -> None:
    """Print the price at a yield."""
    held = read(HeldAtYield, written)
    tell(held, Fraction(held.rate), dirty_price(schedule_of(held), held.settlement, held.rate), as_json)


def read(model: type[M], written: Mapping[str, str | None]) -> M:
    """The options as the model has them. Raises BadInput with every fault."""
    try:
        return model.model_validate({name: text for name, text in written.items() if text is not None})
    except ValidationError as error:
        details = [(str(each["loc"][0]), each) for each in error.errors(include_url=False)]
        raise BadInput(
            [
                Fault(sentence_for({**each, "input": written[name]}), field=name.replace("_", "-"))
                for name, each in details
            ]
        ) from None


def tell(held: Held, rate: Fraction, dirty: Fraction, as_json: bool) -> None:
    """Print the four figures."""
    accrued = accrued_interest(schedule_of(held), held.settlement)
    figures = {"yield": rate, "dirty": dirty, "clean": dirty - accrued, "accrued": accrued}
    printed = {name: decimals(half_up(figure, PLACES), PLACES) for name, figure in figures.items()}
    if as_json:
        print_json(printed)
        return
    words = (_("到期收益率（%）"), _("全价（元）"), _("净价（元）"), _("应计利息（元）"))
    print_table((_("每百元面值"), ""), list(zip(words, printed.values(), strict=True)), right={1})
