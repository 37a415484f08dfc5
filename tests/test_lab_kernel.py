"""The fast kernel equals the exact clearing, lot for lot, by every method; bids are the behaviours' own."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from random import Random

import numpy as np
import pytest
import test_bookbuilding
import test_counter
import test_pricing
from books import EXAMPLE_B, SYNDICATE, Case, book, cases, deciding_desks, desk, in_prices
from commandline import written
from hypothesis import given, settings

from auction.book import Bid, Book, by_arrival
from auction.bookbuilding import LEADS, award
from auction.checks import Desk, check_bids, valid_bids
from auction.notice import Average, FlexibleRule, MemberClass, Method, Tail
from auction.offer import Allotment
from auction.outcome import Result, Status
from auction.quantities import half_up, print_amount
from auction.rulebook import load_rulebook
from sim.lab.allotment import Awards, allot, syndicate_of
from sim.lab.clearing import Bids, Outcomes, clear, clear_levels
from sim.lab.draws import Frozen, draw
from sim.lab.kernel import ask, bid, private
from sim.lab.payment import payment_of
from sim.lab.rule import CLASSES, MICRO, MOST_STEPS, Rule, rule_of
from sim.underwriters import ABSENT, BEHAVIOURS, CHOICE, FIELDS

MEAN = Fraction("2.0532")
LOT = 1000
B = book(EXAMPLE_B)


@dataclass(frozen=True)
class Exact:
    """What an issue comes to, in the kernel's terms, one book after the other."""

    figures: list[tuple]
    bids: list[dict[int, int]]
    members: list[dict[str, int]]


def standing(case: Case) -> Book:
    return valid_bids(case.book, check_bids(case.book, case.desk))


def chunk(books: list[Book], members: list[str], rule: Rule) -> tuple[Bids, np.ndarray, list[dict[int, tuple]]]:
    """Books as the kernel has them: bids, arrivals, and the place of each line."""
    most = max([1, *(sum(b.member == m for b in one) for one in books for m in members)])
    shape = (len(books), len(members), most)
    bids = Bids(np.zeros(shape, np.uint16), np.zeros(shape, np.int32), np.zeros(shape[:2], np.int8))
    arrival, places = np.zeros(shape, np.uint16), []
    for number, one in enumerate(books):
        turn = {bid.line: turn for turn, bid in enumerate(by_arrival(one))}
        places.append({})
        for bid_ in sorted(one, key=lambda bid: bid.line):
            member = members.index(bid_.member)
            place = (member, int(bids.count[number, member]))
            tick = (bid_.level * MICRO - rule.low) / rule.step
            assert 0 <= tick == int(tick) < rule.ticks
            bids.ticks[number, *place] = int(tick)
            bids.lots[number, *place] = bid_.amount // rule.lot
            bids.count[number, member] += 1
            arrival[number, *place] = turn[bid_.line]
            places[-1][bid_.line] = place
    return bids, arrival, places


def by_kernel(books: list[Book], at: Desk, mean: Fraction) -> tuple[Outcomes, Exact]:
    rule = rule_of(at, mean)
    members = list(at.syndicate or dict.fromkeys(bid.member for one in books for bid in one))
    named = (*(at.notice.leads or ()), *(at.notice.base.holders if at.notice.base else ()))
    members += [name for name in named if name not in members]
    bids, arrival, places = chunk(books, members, rule)
    outcomes, syndicate = clear(bids, rule, payment_of(at.notice, rule)), syndicate_of(at, members)
    awards: Awards = allot(bids, outcomes, arrival, syndicate, rule)
    return outcomes, Exact(
        figures=[kernel_figures(outcomes, rule, number) for number in range(len(books))],
        bids=[{line: int(awards.bids[n, *at]) for line, at in each.items()} for n, each in enumerate(places)],
        members=[
            {name: int(amount) for name, amount in sorted(zip(members, row, strict=True)) if amount}
            for row in awards.members
        ],
    )


def kernel_figures(out: Outcomes, rule: Rule, n: int) -> tuple:
    """What `exact_figures` has, from whole numbers alone."""
    issued = int(out.sold[n] + out.taken[n])
    won = min(int(out.at_cutoff[n]), int(out.left_for_cutoff[n]))
    cutoff = int(out.cutoff[n])
    return (
        issued,
        int(out.total[n]),
        int(out.on_offer[n]),
        bool(out.short[n]),
        rule.level(cutoff) if issued else None,
        Decimal(int(out.price[n])) / MICRO if issued else None,
        half_up(Fraction(int(out.total[n]), rule.offered), 2) if issued else None,
        (half_up(Fraction(int(out.at_cutoff[n]), won), 2) if won else Decimal("1.00")) if issued else None,
    )


def by_the_rules(books: list[Book], results: list[Result], at: Desk) -> Exact:
    return Exact(
        figures=[exact_figures(result, at) for result in results],
        bids=[{o.bid.line: o.awarded for o in r.bids[: len(one)]} for one, r in zip(books, results, strict=True)],
        members=[{member.member: member.awarded for member in result.members} for result in results],
    )


def exact_figures(result: Result, at: Desk) -> tuple:
    base = at.notice.base
    on_offer = result.flexible.decided if result.flexible else at.notice.offered
    if base:
        on_offer = rule_of(at, MEAN).tendered
    return (
        result.issued,
        result.total_bids,
        on_offer,
        result.short,
        result.cutoff,
        result.price,
        result.cover,
        result.marginal_cover,
    )


def assert_equal(books: list[Book], at: Desk, mean: Fraction = MEAN) -> None:
    """The kernel's figures and awards are the rules', and its floats are what its whole numbers make."""
    results, rule = [award(one, at) for one in books], rule_of(at, mean)
    outcomes, ours = by_kernel(books, at, mean)
    assert ours == by_the_rules(books, results, at)
    worst = rule.level(rule.ticks - 1)
    for number, result in enumerate(results):
        sold = [o for o in result.bids[: len(books[number])] if o.awarded]
        assert outcomes.at_floor[number] == (result.cutoff == rule.level(0))
        assert outcomes.at_ceiling[number] == (result.cutoff in (worst, None))
        assert sold or outcomes.coupon_bp[number] == pytest.approx(rule.bp(rule.ticks - 1))
        if sold:
            amount = sum(o.awarded for o in sold)
            paid = sum(Fraction(o.pays) * o.awarded for o in sold) / amount
            level = rule.level(0) + Decimal(outcomes.average[number]) * rule.step / MICRO
            assert outcomes.paid[number] == pytest.approx(float(paid), rel=1e-12)
            assert float(level) == pytest.approx(float(result.weighted_average), abs=5.1e-5)
            assert outcomes.cover[number] == result.total_bids / at.notice.offered
            assert outcomes.marginal_cover[number] == pytest.approx(float(result.marginal_cover), abs=0.00501)
            tick = float((result.price - rule.level(0)) * MICRO / rule.step)
            assert outcomes.coupon_bp[number] == pytest.approx(rule.bp(tick), abs=1e-9)


def some_desk(random: Random, method: Method) -> Desk:
    """A desk by the method with whatever else such a notice may have."""
    lots, rest = random.choice((random.randint(1, 6), random.randint(1, 120))), random.choice((0, 0, 1, 500, 965))
    offered = lots * LOT + rest
    price = random.random() < 0.4
    fields: dict[str, object] = {
        "method": method,
        "object": "price" if price else "rate",
        "tenor": random.choice(("1", "3", "5", "7", "10", "30")),
        "tick": random.choice(("0.01", "0.02", "0.005")) if price else "0.01",
        "range": {"low": "99.80", "high": "100.20"} if price else {"low": "2.08", "high": "2.48"},
        "marginal": {"tail": random.choice(tuple(Tail))},
    }
    leads = random.sample("ABCDE", random.randint(0, 3))
    shares = random.choice(([None], [Decimal("0.35"), Decimal("0.65")], [Decimal("0.2"), Decimal(0), Decimal("0.8")]))
    named = dict(zip(leads, shares, strict=False)) if len(leads) == len(shares) else leads
    if method in (Method.PUBLIC_UNDERWRITING, Method.DIRECTED_UNDERWRITING):
        fields["allotment"] = random.choice(tuple(Allotment))
        fields |= {"leads": named} if leads else {}
        return desk(print_amount(offered), random.choice((None, SYNDICATE)), **fields)
    if random.random() < 0.5 and method.is_multiple:
        fields["exclusion"] = {
            random.choice(("bids", "awards")): random.randint(0, 12),
            "average": random.choice(tuple(Average)),
        }
    if random.random() < 0.4:
        fields["flexible"] = {
            "low": print_amount(random.randint(1, offered)),
            "high": print_amount(offered),
            "multiple": random.choice(("1", "1.1", "1.25", "2", "3")),
            "rule": random.choice(tuple(FlexibleRule)),
        }
    elif leads and random.random() < 0.3:
        fields["base"] = {"share": random.choice(("10%", "25%", "0.4")), "holders": named}
    return desk(print_amount(offered), SYNDICATE, **fields)


def some_book(random: Random, at: Desk) -> Book:
    """Up to forty bids inside the range, many of them alike in level, amount and time."""
    rule = rule_of(at, MEAN)
    width = random.choice((1, 3, rule.ticks))
    lowest, most, seconds = random.randint(0, rule.ticks - width), random.choice((3, 40)), random.choice((3, 2000))
    bids = []
    for line in range(2, 2 + random.choice((random.randint(0, 4), random.randint(0, 40)))):
        moment = divmod(random.randrange(seconds), 60)
        level = rule.level(lowest + random.randrange(width))
        bids.append(Bid(line, random.choice("ABCDE"), level, random.randint(1, most) * LOT, time(14, *moment)))
    return tuple(bids)


def check_random_books(method: Method, desks: int, seed: int) -> None:
    random = Random(f"{method} {seed}")
    for _ in range(desks):
        at = some_desk(random, method)
        assert_equal([some_book(random, at) for _ in range(10)], at)


@pytest.mark.parametrize("method", Method)
def test_five_hundred_random_books_by_each_method_come_out_as_the_rules_have_them(method):
    check_random_books(method, 50, 1)


@pytest.mark.soak
@pytest.mark.parametrize("method", Method)
def test_five_thousand_random_books_by_each_method_come_out_as_the_rules_have_them(method):
    check_random_books(method, 500, 2)


@settings(max_examples=150)
@given(cases())
def test_small_books_in_which_much_is_equal_come_out_as_the_rules_have_them(case: Case):
    assert_equal([standing(case)], case.desk)


@settings(max_examples=150)
@given(cases(deciding_desks()))
def test_desks_that_exclude_and_decide_come_out_as_the_rules_have_them(case: Case):
    assert_equal([standing(case)], case.desk)


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("tail", Tail)
@pytest.mark.parametrize("offered", ["30", "29.8965", "25", "42.2", "60", "0.0965"])
def test_example_b_by_every_method(method, tail, offered):
    leads = {} if method.is_tender else {"leads": ["L1", "L2", "L3"], "allotment": "leads-first"}
    fields = {"method": method, "marginal": {"tail": tail}, **leads}
    assert_equal([B], desk(offered, range={"low": "2.00", "high": "2.40"}, **fields))
    priced = desk(offered, object="price", range={"low": "99.90", "high": "100.15"}, **fields)
    assert_equal([in_prices(B)], priced)


@pytest.mark.parametrize("rule", FlexibleRule)
@pytest.mark.parametrize("amount", ["150", "110", "109.9", "99", "93", "88", "87.9", "80", "79.9", "70"])
def test_a_flexible_amount_is_decided_at_each_end_of_its_range(amount, rule):
    flexible = {"low": "80", "high": "100", "multiple": "1.1", "rule": rule}
    at = desk("100", range={"low": "2.00", "high": "2.40"}, flexible=flexible)
    assert_equal([book(f"甲 2.10 60 14:00:00\n乙 2.12 {Decimal(amount) - 60} 14:00:00")], at)


@pytest.mark.parametrize("offered", ["1", "2.2", "4.5", "5.4", "9"])
def test_the_committed_books_of_other_tests_too(offered):
    assert_equal([test_bookbuilding.ORDERS], test_bookbuilding.builder(offered, leads=["L1", "L2"]))
    assert_equal([test_bookbuilding.ORDERS], desk(offered, **test_bookbuilding.DIRECTED))
    assert_equal([test_counter.BIDS], desk(offered), Fraction(3))
    for method in ("single-price", "multiple-price", "modified-multiple-price"):
        assert_equal([test_pricing.PRICES], desk(offered, method=method, object="price"))


def test_a_book_build_that_nobody_orders_fails_without_a_range_and_is_taken_up_at_its_dear_end():
    free = test_bookbuilding.builder("9", leads=["L1"])
    bound = test_bookbuilding.builder("9", leads=["L1"], range={"low": "2.10", "high": "2.40"})
    assert_equal([()], free)
    assert_equal([()], bound)
    assert int(by_kernel([()], free, MEAN)[0].cutoff[0]) == -1


@pytest.mark.parametrize("issuer", ["宁波", None])
def test_the_rulebook_says_whether_the_leads_take_the_balance(tmp_path, issuer):
    rulebook = load_rulebook(written(tmp_path / "r.yaml", test_bookbuilding.SHORT))
    rules = rulebook.for_(issuer, date(2019, 3, 19))
    assert_equal([test_bookbuilding.ORDERS], test_bookbuilding.builder("9", rules=rules, leads=["L1"]))


def test_a_one_year_bond_priced_at_exactly_half_a_fen_is_rounded_up():
    at = desk("2", method="multiple-price", tenor="1", range={"low": "2.40", "high": "3.68"})
    assert_equal([book("甲 2.40 1.0 14:00:00\n乙 3.68 1.0 14:00:00")], at)


def test_bids_that_came_together_go_by_member_and_then_by_step():
    at = desk("1", range={"low": "2.10", "high": "2.40"})
    one = book("甲 2.10 1.0 14:00:00\n甲 2.10 1.0 14:00:00\n乙 2.10 1.0 14:00:00")
    rule = rule_of(at, MEAN)
    bids, arrival, _places = chunk([one], ["甲", "乙"], rule)
    outcomes = clear(bids, rule, payment_of(at.notice, rule))
    awards = allot(bids, outcomes, np.zeros_like(arrival), syndicate_of(at, ["甲", "乙"]), rule)
    assert awards.bids[0, :, 0].tolist() == [4000, 3000]
    assert awards.bids[0, 0, 1] == 3000


MEMBERS = 12


@dataclass(frozen=True)
class Crowd:
    """Members of every behaviour, as the kernel is given them."""

    behaviours: np.ndarray
    rows: np.ndarray
    views: np.ndarray
    mandates: np.ndarray
    frozen: Frozen


def crowd(rule: Rule, chunk_number: int = 0) -> Crowd:
    from sim import underwriters as u

    frozen, each = draw(7, chunk_number, MEMBERS, 64), np.arange(MEMBERS)
    rows = np.zeros((MEMBERS, FIELDS))
    rows[:, u.CLASS] = each % len(CLASSES)
    rows[:, u.LEAST] = [rule.member_min[place % len(CLASSES)] for place in each]
    rows[:, u.MOST] = [rule.member_max[place % len(CLASSES)] for place in each]
    rows[:, u.DUTY] = each % 3
    values = {u.STEPS: 5, u.SLOPE_BP: 0.05, u.CAP_USE: 1, u.FILL: 0.4, u.SAFETY_BP: 3, u.FOCAL: 0.5}
    for place, value in (values | {u.RING_SIZE: 2, u.MARKUP_BP: 1, u.COPIES: 0.5, ABSENT: 0.1}).items():
        rows[:, place] = value
    rows[:, u.RING_PLACE] = each // len(BEHAVIOURS)
    views, mandates = private(
        frozen, 10 + 2 * frozen.shock, np.full(MEMBERS, 1.5), np.full(MEMBERS, 0.15), np.full(MEMBERS, 0.35)
    )
    return Crowd(each % len(BEHAVIOURS), rows, views, mandates, frozen)


def sent(people: Crowd, rule: Rule) -> Bids:
    return bid(people.views, people.mandates, people.frozen.uniform, people.behaviours, people.rows, rule)


def limited() -> Desk:
    limits = {"level_max": "20%", "level_span": 25, "member_min": dict.fromkeys(MemberClass, "3%")}
    members = {f"M{number:02}": CLASSES[number % len(CLASSES)] for number in range(MEMBERS)}
    return desk("30", members, range={"low": "2.10", "high": "2.50"}, limits=limits)


def test_compiled_behaviours_bid_what_they_bid_as_python():
    rule = rule_of(limited(), MEAN)
    people = crowd(rule)
    bids, played = sent(people, rule), tuple(BEHAVIOURS.values())
    ticks, lots = np.zeros(MOST_STEPS, np.int64), np.zeros(MOST_STEPS, np.int64)
    for auction in range(len(bids.count)):
        for member, row in enumerate(people.rows):
            chance, view = people.frozen.uniform[auction, member], people.views[auction, member]
            wanted, count = people.mandates[auction, member] * rule.supply, 0
            if chance[CHOICE] >= row[ABSENT]:
                count = played[people.behaviours[member]](view, wanted, row, rule, chance, ticks, lots)
            assert bids.count[auction, member] == count
            assert bids.ticks[auction, member, :count].tolist() == ticks[:count].tolist()
            assert bids.lots[auction, member, :count].tolist() == lots[:count].tolist()
            assert not bids.lots[auction, member, count:].any()


def test_what_is_asked_level_by_level_is_what_is_bid_and_clears_alike():
    at = limited()
    rule, payment = rule_of(at, MEAN), payment_of(at.notice, rule_of(at, MEAN))
    people = crowd(rule)
    bids = sent(people, rule)
    books = ask(people.views, people.mandates, people.frozen.uniform, people.behaviours, people.rows, rule)
    by_level = np.zeros((len(bids.count), rule.ticks), np.int64)
    auctions, places = np.arange(len(bids.count))[:, None, None], np.arange(MOST_STEPS)
    np.add.at(by_level, (auctions, np.minimum(bids.ticks, rule.ticks - 1)), bids.lots)
    assert np.array_equal(books, by_level)
    assert (bids.lots > 0).sum() == (places < bids.count[:, :, None]).sum() > 0
    kept, added = clear(bids, rule, payment), clear_levels(books, rule, payment)
    assert [each.tobytes() for each in kept] == [each.tobytes() for each in added]


def test_what_the_kernel_bids_stands_at_the_desk_and_clears_as_the_rules_have_it():
    at = limited()
    rule, members = rule_of(at, MEAN), list(at.syndicate)
    people = crowd(rule)
    bids = sent(people, rule)
    books = []
    for auction in range(len(bids.count)):
        rows = [
            (members[m], rule.level(int(bids.ticks[auction, m, s])), int(bids.lots[auction, m, s]) * LOT)
            for m in range(MEMBERS)
            for s in range(bids.count[auction, m])
        ]
        books.append(tuple(Bid(line, *row, time(14, 0)) for line, row in enumerate(rows, start=2)))
    assert all(check_bids(one, at) == {} for one in books)
    assert_equal(books, at)


def test_a_chunk_comes_out_alike_whatever_came_before_it_and_an_arm_twice_differs_by_nothing():
    at = limited()
    rule, order = rule_of(at, MEAN), [0, 1, 2, 3]
    syndicate, payment = syndicate_of(at, list(at.syndicate)), payment_of(at.notice, rule)

    def whole(number: int) -> tuple:
        people = crowd(rule, number)
        bids = sent(people, rule)
        outcomes = clear(bids, rule, payment)
        return bids, outcomes, allot(bids, outcomes, people.frozen.arrival, syndicate, rule)

    forwards, backwards = {n: whole(n) for n in order}, {n: whole(n) for n in reversed(order)}
    for number in order:
        (bids, outcomes, awards), (bids2, outcomes2, awards2) = forwards[number], backwards[number]
        assert [each.tobytes() for each in outcomes] == [each.tobytes() for each in outcomes2]
        assert np.array_equal(bids.count, bids2.count)
        assert np.array_equal(awards.members, awards2.members)


def test_the_leads_of_the_syndicate_are_its_leads_by_class():
    syndicate = syndicate_of(desk("9", SYNDICATE, method="public-underwriting"), list(SYNDICATE))
    assert syndicate.lead.tolist() == [member_class in LEADS for member_class in SYNDICATE.values()]
    assert (syndicate.takers.tolist(), syndicate.weight.tolist(), syndicate.whole) == ([0, 1], [1, 1], 2)


def test_a_bid_beyond_the_range_is_rejected_as_the_desk_rejects_it():
    late = (*B, Bid(99, "G9", Decimal("2.41"), 1000, time(14, 0)))
    at = desk("60", range={"low": "2.00", "high": "2.40"})
    assert award(late, at).bids[-1].status is Status.REJECTED
    members, rule = list(dict.fromkeys(one.member for one in late)), rule_of(at, MEAN)
    within, arrival, _places = chunk([B], members, rule)
    beyond = Bids(within.ticks.copy(), within.lots.copy(), within.count.copy())
    place = (0, members.index("G9"), 0)
    beyond.ticks[place], beyond.lots[place], beyond.count[place[:2]] = rule.ticks, 1, 1
    payment, syndicate = payment_of(at.notice, rule), syndicate_of(at, members)
    both = [clear(bids, rule, payment) for bids in (within, beyond)]
    assert [each.tobytes() for each in both[0]] == [each.tobytes() for each in both[1]]
    awards = [allot(bids, out, arrival, syndicate, rule) for bids, out in zip((within, beyond), both, strict=True)]
    assert awards[0].bids.tolist() == awards[1].bids.tolist()
