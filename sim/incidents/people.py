"""People and the site: a phone, a stranger, somebody late, ill or called away, an objection, the power gone."""

from __future__ import annotations

from auction import events as e
from auction.day import Incident, Phase, WindowPhase
from auction.language import say
from auction.plan import Role
from auction.trouble import ANYTHING
from sim.incidents.judging import by_answer
from sim.incidents.kind import About, Befallen, Does, Kind, Past, Response, Verdict
from sim.incidents.stakes import of_floor

PLANNED = frozenset({Phase.PLANNED})
SEALED = frozenset({Phase.SITE_SEALED})
BEFORE_CLOSE = frozenset({WindowPhase.PREPARED, WindowPhase.SENT, WindowPhase.OPEN})
DECISIVE = (
    "notices_sent",
    "emergency_bid_keyed",
    "result_recomputed",
    "award_confirmed",
    "award_checked",
    "result_signed",
)
"""What is not done on a site that is not whole."""
EVERYBODY = (Role.OPERATOR, Role.CHECKER, Role.LEAD_OFFICER, Role.SUPERVISOR, Role.TECHNICIAN)


def has_deputy(befallen: Befallen) -> bool:
    """Whether the roster names a deputy of the person."""
    return any(person.deputy_for == befallen.subject for person in befallen.plan.roster)


def has_none(befallen: Befallen) -> bool:
    """Whether the roster names no deputy of the person."""
    return not has_deputy(befallen)


def objection_settled(incident: Incident, past: Past) -> Verdict:
    """Right where the supervisor objected, was answered rightly, and settled it."""
    answered = by_answer(SUPERVISOR_OBJECTS, incident)
    raised = [event for event in past.after(incident) if isinstance(event, e.ObjectionRaised)]
    settled = [event for event in past.after(incident) if isinstance(event, e.ObjectionSettled)]
    if not answered.right:
        return answered
    if not raised:
        return Verdict(False, say("监督员没有提出异议"), missed_by=(Role.SUPERVISOR,), rule="site.supervision")
    if not settled:
        return Verdict(False, say("异议没有了结"), raised[0].at, raised[0].seat, (Role.SUPERVISOR,), "site.supervision")
    return Verdict(True, say("监督员提出异议，核实后了结"), raised[0].at, raised[0].seat)


DEPUTISED = say("由名册上的副手代行，登记在案")

SUPERVISOR_OBJECTS = Kind(
    id="supervisor-objects",
    name=say("监督员提出异议"),
    about=About.SITE,
    moments=SEALED,
    symptom=lambda befallen: say("监督员看到登记簿上有一栏未签，要求停下说明"),
    seen_by=EVERYBODY,
    answered_by=(Role.LEAD_OFFICER,),
    responses=(
        Response("explain", say("停下，逐项核实给监督员看，等其了结"), right=True),
        Response("brush-off", say("口头说没有问题，接着往下办"), right=False, rule="site.supervision"),
    ),
    holds=("objection_settled",),
    does=Does.OBJECT,
    verdict=objection_settled,
    consequence=say("监督记录写明异议未予核实"),
    lesson=say("异议当场核实、书面了结，了结之前不发标、不确认、不签字"),
)

PEOPLE = (
    Kind(
        id="phone-found",
        name=say("发现未存放的手机"),
        about=About.PERSON,
        moments=SEALED,
        roles=(
            Role.OPERATOR,
            Role.CHECKER,
            Role.LEAD_OFFICER,
            Role.BOOKRUNNER,
            Role.OBSERVER,
            Role.TECHNICIAN,
        ),
        symptom=lambda befallen: say("{who} 身上响起了手机铃声", who=befallen.subject),
        seen_by=(Role.SUPERVISOR, Role.TECHNICIAN, Role.LEAD_OFFICER),
        answered_by=(Role.SUPERVISOR,),
        responses=(
            Response("locker", say("当场收缴入柜，登记在案，核查通话记录"), right=True),
            Response("silence", say("提醒调成静音，继续"), right=False, rule="site.devices"),
            Response("overlook", say("当作没听见"), right=False, rule="site.devices"),
        ),
        consequence=say("违反现场通讯管理，通报"),
        lesson=say("设备先入柜再登记，封闭前由监督员抽查"),
    ),
    Kind(
        id="stranger-at-door",
        name=say("陌生人要进场"),
        about=About.SITE,
        moments=SEALED,
        symptom=lambda befallen: say("一名自称设备维护的人敲门要进现场，名册上没有他"),
        seen_by=(Role.TECHNICIAN, Role.SUPERVISOR, Role.LEAD_OFFICER),
        answered_by=(Role.SUPERVISOR,),
        responses=(
            Response("turn-away", say("核对名册，不放行，登记在案"), right=True),
            Response("let-in", say("让他进来，事后补登记"), right=False, rule="site.register"),
        ),
        consequence=say("封闭现场混入无关人员，通报"),
        lesson=say("封闭之后只认名册；要人进场，先由监督员同意并登记"),
    ),
    Kind(
        id="checker-late",
        name=say("复核人迟到"),
        about=About.PERSON,
        moments=PLANNED,
        roles=(Role.CHECKER,),
        symptom=lambda befallen: say("{who} 堵在路上，还没有到现场", who=befallen.subject),
        seen_by=(Role.OPERATOR, Role.LEAD_OFFICER, Role.SUPERVISOR, Role.TECHNICIAN),
        answered_by=(Role.LEAD_OFFICER,),
        responses=(
            Response("wait", say("等人到齐、登记、存放设备之后再封闭"), right=True),
            Response("start", say("先由经办人一个人录入和复核，人到了再补"), right=False, rule="seat.distinct"),
        ),
        holds=(ANYTHING,),
        holds_subject=True,
        consequence=say("经办、复核由同一人担任，通报"),
        lesson=say("复核人提前到场，名册上备一名副手"),
    ),
    Kind(
        id="checker-token-expired",
        name=say("复核人的令牌过期"),
        about=About.PERSON,
        moments=SEALED,
        roles=(Role.CHECKER,),
        symptom=lambda befallen: say("{who} 的系统令牌过期，登录不了", who=befallen.subject),
        seen_by=(Role.OPERATOR, Role.CHECKER, Role.LEAD_OFFICER, Role.SUPERVISOR, Role.TECHNICIAN),
        answered_by=(Role.LEAD_OFFICER,),
        responses=(
            Response("deputy", DEPUTISED, right=True, returns=False, fits=has_deputy),
            Response("renew", say("停下复核，等支持部门换好令牌"), right=True, fits=has_none),
            Response("borrow", say("借经办人的令牌登录复核"), right=False, rule="seat.distinct"),
        ),
        holds=(ANYTHING,),
        holds_subject=True,
        consequence=say("复核不是本人所为，双人核对无效，通报"),
        lesson=say("前一天核对每个人的令牌有效期，名册上备一名副手"),
    ),
    Kind(
        id="operator-ill",
        name=say("经办人突然不适"),
        about=About.PERSON,
        moments=SEALED,
        roles=(Role.OPERATOR,),
        symptom=lambda befallen: say("{who} 突然不适，离开了席位", who=befallen.subject),
        seen_by=(Role.CHECKER, Role.LEAD_OFFICER, Role.SUPERVISOR),
        answered_by=(Role.LEAD_OFFICER,),
        responses=(
            Response("deputy", DEPUTISED, right=True, returns=False, fits=has_deputy),
            Response("rest", say("停下，等其缓过来再继续"), right=True, fits=has_none),
            Response("checker-types", say("让复核人顺手把经办的也录了"), right=False, rule="seat.distinct"),
        ),
        holds=(ANYTHING,),
        holds_subject=True,
        consequence=say("经办、复核由同一人担任，通报"),
        lesson=say("每个关键岗位都有登记在册的副手"),
    ),
    Kind(
        id="supervisor-away",
        name=say("监督员被叫走"),
        about=About.PERSON,
        moments=SEALED,
        roles=(Role.SUPERVISOR,),
        symptom=lambda befallen: say("{who} 被紧急叫走，现场没有监督员", who=befallen.subject),
        seen_by=(Role.OPERATOR, Role.CHECKER, Role.LEAD_OFFICER, Role.SUPERVISOR),
        answered_by=(Role.LEAD_OFFICER,),
        responses=(
            Response("deputy", DEPUTISED, right=True, returns=False, fits=has_deputy),
            Response("wait", say("停下须监督的事，请监督员回到现场再继续"), right=True, fits=has_none),
            Response("go-on", say("不等监督员，先办后补"), right=False, rule="site.supervision"),
        ),
        holds=(ANYTHING,),
        holds_subject=True,
        consequence=say("应急录入、签字无人监督，通报"),
        lesson=say("监督员离场期间，应急录入、签字、解除封闭一律停下"),
    ),
    SUPERVISOR_OBJECTS,
    Kind(
        id="power-lost",
        name=say("现场停电"),
        about=About.SITE,
        moments=SEALED,
        symptom=lambda befallen: say("现场停电，只剩应急灯，录音电话也断了"),
        seen_by=(*EVERYBODY, Role.OBSERVER),
        answered_by=(Role.SUPERVISOR,),
        responses=(
            Response("back-up", say("停下，切换备用电源，重测录音电话和屏蔽，会签后继续"), right=True),
            Response("mobile", say("取出手机照明、联络，接着办"), right=False, rule="site.recording"),
        ),
        holds=DECISIVE,
        consequence=say("停电期间的操作没有录音可查，通报"),
        lesson=say("开场前试一次备用电源；来电之后先重测再办事"),
    ),
    Kind(
        id="shielding-lost",
        name=say("无线电屏蔽失效"),
        about=About.SITE,
        moments=SEALED,
        symptom=lambda befallen: say("屏蔽仪的指示灯灭了，观察到手机信号"),
        seen_by=(Role.TECHNICIAN, Role.SUPERVISOR, Role.LEAD_OFFICER),
        answered_by=(Role.SUPERVISOR,),
        responses=(
            Response("restore", say("停下要紧的事，支持部门修复、重测，监督员会签后继续"), right=True),
            Response("ignore", say("反正设备都入柜了，继续"), right=False, rule="site.shielding"),
        ),
        holds=DECISIVE,
        consequence=say("现场封闭不完整，通报"),
        lesson=say("屏蔽仪备一台，技术人员盯指示灯"),
    ),
    Kind(
        id="guided-bidding",
        name=say("来电要求压到下限"),
        about=About.WINDOW,
        moments=BEFORE_CLOSE,
        symptom=lambda befallen: say(
            "有领导打到现场：{window} 的利率要中在下限，让给主承销商打个招呼", window=befallen.window.id
        ),
        seen_by=(Role.OPERATOR, Role.LEAD_OFFICER, Role.SUPERVISOR),
        answered_by=(Role.LEAD_OFFICER,),
        responses=(
            Response("refuse", say("当场谢绝，录音记录在案，报监督员"), right=True),
            Response("pass-on", say("请主承销商帮忙压一压"), right=False, rule="conduct.guided_bidding"),
            Response("hint", say("不明说，提醒各家注意“导向”"), right=False, rule="conduct.guided_bidding"),
        ),
        at_stake=of_floor,
        consequence=say("以“指导投标”“商定利率”干预发行定价的，予以通报"),
        lesson=say("价格由投标决定，谁来电都只记录、不转达"),
    ),
)
