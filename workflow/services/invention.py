"""The invented city: its units, its people and the matters it is asked to settle.

Everything comes out of the dice it is given, so the same dice make the same city. Called by the seeding;
never touches the database.
"""

from random import Random
from typing import Any

from states.register.directory import DirectoryReading, PersonRecord
from states.register.units import GroupRecord, UnitRecord
from states.vocabulary import UNIT_ROLES, Complexity, Role
from workflow.services.staff import ROLE_NAMES, UNIT_POSTS

CITY, OFFICE = "BH00", "BH01"
SERIES = "滨督"
MAIL_DOMAIN = "binhai.example"
BUREAUS = (
    *("住房建设局", "城市管理局", "生态环境局", "交通运输局", "教育局", "卫生健康局"),
    *("民政局", "水务局", "农业农村局", "应急管理局", "市场监管局", "行政审批局"),
)
DISTRICTS = ("望潮区", "听涛区", "云栖区", "青屿区", "鹭岛县", "松江口新区")
DIVISIONS = ("综合服务中心", "执法支队", "监测站", "事务管理所")
STREETS = ("观澜街道", "长堤街道", "石桥镇", "芦湾镇")

SURNAMES = "卞佟厉苗路米左钟冼龚陶柏江舒顾吕盛宋严林"
GIVEN = "知惟砚承秉闻凤守乐靖景以立清宁德小文向临"
GIVEN_LAST = "远一清柏文溪池正山言行恒堃喆䶮念慈音棠舟"

PLACES = ("老城片区", "滨河沿线", "高铁站前", "渔港周边", "大学城", "北部工业园", "古巷片区", "环湖路")
SUBJECTS = (
    *("老旧小区改造", "黑臭水体治理", "路灯修复", "学位供给", "供水管网更新", "占道经营整治"),
    *("企业开办一窗受理", "养老服务站建设", "裸露土地复绿", "校车安全排查", "农贸市场改造", "危旧房屋排查"),
)
PROBLEMS = ("进度滞后", "群众反映集中", "整改不彻底", "资金拨付缓慢", "责任划分不清", "验收标准不明")
SOURCES = ("市委常委会议定事项", "市政府工作报告", "市长信箱", "人大代表建议", "政协提案", "环保督察反馈")

LETTERS = {post.role: post.letter for post in UNIT_POSTS}


def invented_directory(dice: Random) -> DirectoryReading:
    """An office, twelve bureaus and six districts with what is under them, and somebody for every role."""
    staff = tuple(_staff(dice))
    director = next(person for person in staff if person.roles == ("督查室主任",))
    office = _unit(dice, OFFICE, CITY, "市委市政府督查室", "督查机构", head=director.name)
    units = [UnitRecord(code=CITY, parent=None, name="滨海市", kind="市"), office, *_units(dice)]
    districts = tuple(unit.code for unit in units if unit.name in DISTRICTS)
    group = GroupRecord(name="各区县", aliases=("各县区",), members=districts)
    return DirectoryReading(
        units=tuple(units), people=staff, groups=(group,), problems=(), notes=(), places={}, staff_places={}
    )


def invented_matter(dice: Random) -> dict[str, Any]:
    """What a proposal or an old register says of a matter."""
    place, subject, count = dice.choice(PLACES), dice.choice(SUBJECTS), dice.randint(3, 240)
    return {
        "title": f"{place}{subject}{dice.choice(PROBLEMS)}问题",
        "source": dice.choice(SOURCES),
        "basis": f"督查通报第{dice.randint(1, 60)}期",
        "requirement": f"完成{place}{count}处{subject}任务，现场核查合格率不低于{dice.randint(90, 100)}%",
        "complexity": dice.choice(list(Complexity)).value,
    }


def home_units(directory: DirectoryReading) -> tuple[tuple[str, ...], ...]:
    """The codes of each bureau and district that handles matters, followed by those under it."""
    tops = [unit.code for unit in directory.units if unit.parent == CITY and unit.code != OFFICE]
    return tuple((top, *(unit.code for unit in directory.units if unit.parent == top)) for top in tops)


def staff_code(role: Role) -> str:
    """The code of the person who holds an office role."""
    return f"R{list(Role).index(role) + 1:02}"


def unit_code(role: Role, unit: str) -> str:
    """The code the directory gives whoever holds a unit's post."""
    return f"{unit}-{LETTERS[role]}"


def _staff(dice: Random) -> list[PersonRecord]:
    labels = {role: label for label, role in reversed(ROLE_NAMES.items())}
    return [
        PersonRecord(
            code=staff_code(role),
            name=_name(dice),
            unit=OFFICE,
            unit_text="市委市政府督查室",
            post=role.label,
            roles=(labels[role],),
            email=f"{staff_code(role).lower()}@{MAIL_DOMAIN}",
        )
        for role in Role
        if role not in UNIT_ROLES
    ]


def _units(dice: Random) -> list[UnitRecord]:
    homes = [
        *((f"市{name}", "政府部门", DIVISIONS) for name in BUREAUS),
        *((name, "区县", STREETS) for name in DISTRICTS),
    ]
    units = []
    for place, (name, kind, parts) in enumerate(homes, start=10):
        units.append(_unit(dice, f"BH{place}", CITY, name, kind))
        units += [
            _unit(dice, f"BH{place}{below:02}", f"BH{place}", f"{name}{part}", "下属单位")
            for below, part in enumerate(parts, start=1)
        ]
    return units


def _unit(dice: Random, code: str, parent: str, name: str, kind: str, *, head: str = "") -> UnitRecord:
    return UnitRecord(
        code=code,
        parent=parent,
        name=name,
        kind=kind,
        head_name=head or _name(dice),
        head_post="主要负责人",
        liaison_name=_name(dice),
        liaison_post="督查联络员",
        phone=f"0000-880{dice.randint(0, 9999):04}",
        email=f"{code.lower()}@{MAIL_DOMAIN}",
    )


def _name(dice: Random) -> str:
    return dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN_LAST)
