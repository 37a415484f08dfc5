"""From the close to the signatures: short sales, the ceiling, disputes, one for two, somebody who will not sign."""

from __future__ import annotations

from dataclasses import replace

from auction.commands.award import signers_rule
from auction.day import Incident, IssuanceDay, WindowPhase
from auction.language import say
from auction.notice import BidObject
from auction.plan import Role
from sim.incidents.judging import by_answer
from sim.incidents.kind import About, Does, Kind, Past, Response, Verdict

CLEARED = frozenset({WindowPhase.CLEARED})
CONFIRMED = frozenset({WindowPhase.CONFIRMED})
AWARDED = CLEARED | CONFIRMED
DESK = (Role.OPERATOR, Role.CHECKER, Role.LEAD_OFFICER, Role.SUPERVISOR)
SIGNERS = "result.signers.tender"


def is_short(day: IssuanceDay, bond: str) -> bool:
    """Whether less was sold than offered."""
    result = day.results().get(bond)
    return result is not None and result.short


def at_the_ceiling(day: IssuanceDay, bond: str) -> bool:
    """Whether the cut-off lies at the end of the range that is worst for the issuer."""
    result, entry = day.results().get(bond), day.window_of(bond).sheets[bond].range
    if result is None or result.cutoff is None or entry is None:
        return False
    return result.cutoff == (entry.high if result.object is BidObject.RATE else entry.low)


def signed_by_right_people(incident: Incident, past: Past) -> Verdict:
    """By the answer; the rule is that of the day's method."""
    verdict = by_answer(SIGNER_REFUSES, incident)
    return verdict if verdict.rule is None else replace(verdict, rule=signers_rule(past.day))


SIGNER_REFUSES = Kind(
    id="signer-refuses",
    name=say("签字人拒签"),
    about=About.PERSON,
    moments=CONFIRMED,
    roles=(Role.SUPERVISOR, Role.LEAD_OFFICER),
    symptom=lambda befallen: say("{who} 放下笔：看不懂边际分配，不肯签字", who=befallen.subject),
    seen_by=DESK,
    answered_by=(Role.OPERATOR,),
    responses=(
        Response("show", say("拿复算逐笔对给其看，核对无误后由本人签字"), right=True),
        Response("sign-for", say("请别人代签"), right=False, rule=SIGNERS),
        Response("later", say("先出结果，签字以后再补"), right=False, rule=SIGNERS),
    ),
    holds=("result_signed",),
    holds_subject=True,
    verdict=signed_by_right_people,
    consequence=say("结果没有有效签字，不能公告"),
    lesson=say("签字前先交复算稿；签字人有权弄明白再签"),
)

AWARD = (
    Kind(
        id="short-at-close",
        name=say("截标未招满"),
        about=About.ISSUE,
        moments=CLEARED,
        occurs=is_short,
        symptom=lambda befallen: say("{bond} 没有招满，有人提议再打电话找几家补投", bond=befallen.place),
        seen_by=DESK,
        answered_by=(Role.LEAD_OFFICER,),
        responses=(
            Response("as-it-is", say("截标之后不收投标，按规则确定的数额发行，如实公告"), right=True),
            Response("call-round", say("打电话请主承销商补足"), right=False, rule="bid.window"),
        ),
        holds=("award_confirmed",),
        consequence=say("截标后补投的一律无效，通报"),
        lesson=say("市场弱时提前与承销团沟通，长期限少排；截标之后不找补"),
    ),
    Kind(
        id="cut-off-at-ceiling",
        name=say("边际中在区间上限"),
        about=About.ISSUE,
        moments=CLEARED,
        occurs=at_the_ceiling,
        symptom=lambda befallen: say("{bond} 中在区间的顶上，来电质问能不能重来", bond=befallen.place),
        seen_by=DESK,
        answered_by=(Role.LEAD_OFFICER,),
        responses=(
            Response("stand", say("结果有效，照规则确认，事后分析区间"), right=True),
            Response("bid-again", say("找个由头作废，重来压低"), right=False, rule="conduct.guided_bidding"),
        ),
        holds=("award_confirmed",),
        consequence=say("借故作废、干预发行定价的，予以通报"),
        lesson=say("中在上限是市场的意见；作废只因故障，不因价格"),
    ),
    Kind(
        id="award-disputed",
        name=say("成员质疑中标结果"),
        about=About.MEMBER,
        moments=AWARDED,
        symptom=lambda befallen: say("{who} 来电质疑边际分配，要求改动", who=befallen.subject),
        seen_by=DESK,
        answered_by=(Role.LEAD_OFFICER,),
        responses=(
            Response("recompute", say("以复算为准逐笔说明，结果不改，记录在案"), right=True),
            Response("adjust", say("口头答应调一点给它"), right=False, rule="fill.margin"),
        ),
        consequence=say("改动结果即作废；记录在案备查"),
        lesson=say("结果由规则和复算决定，谁来电都不改"),
    ),
    Kind(
        id="award-by-one",
        name=say("一个人确认中标"),
        about=About.WINDOW,
        moments=CLEARED,
        symptom=lambda befallen: say("{window} 的经办人要把复核那一步也一并点了", window=befallen.place),
        seen_by=(Role.CHECKER, Role.LEAD_OFFICER, Role.SUPERVISOR),
        answered_by=(Role.SUPERVISOR,),
        responses=(
            Response("stop", say("叫停，由复核人本人复核"), right=True),
            Response("let-be", say("赶时间，随他点"), right=False, rule="site.dual_check"),
        ),
        holds=("award_checked",),
        does=Does.CHECK_ALONE,
        consequence=say("中标确认未经双人核对，通报"),
        lesson=say("确认与复核是两个人、两枚令牌"),
    ),
    SIGNER_REFUSES,
)
