"""The facts of one memorable matter: a blocked fire lane in 滨海市, late by twelve working days."""

OFFICE = {
    "name": "滨海市人民政府督查室",
    "mark": "滨海市人民政府督查室",
    "phone": "0000-12345678",
    "contact": "喆某堃",
}
CASE = {
    "number": "滨督2026-031",
    "title": "老旧小区消防通道堵塞整治",
    "source": "市政府第18次常务会议",
    "basis": "市政府第18次常务会议纪要",
    "requirement": "9月底前完成摸底，列出堵点清单。\n10月底前全部打通，建立巡查制度",
    "lead_unit": "市住房和城乡建设局",
    "co_units": ["市消防救援支队", "市城市管理局"],
    "dispatched_on": "2026-08-31",
    "due_on": "2026-10-30",
    "remind_on": "2026-10-27",
    "original_due_on": "2026-09-30",
    "complexity": "复杂",
    "accountable_leader": "分管副市长",
}
COMMON = {
    "office": OFFICE,
    "number": "滨督函〔2026〕12号",
    "date": "2026-11-17",
    "addressee": "市住房和城乡建设局",
    "copies": ["市政府办公室", "市消防救援支队"],
    "case": CASE,
    "clock": "办结",
    "link": "https://duban.binhai.example/cases/滨督2026-031",
}
LATE = {"working_days": 12, "days": 18}
PRIOR = [
    {"step": "督办单", "number": "滨督单〔2026〕3号", "issued_on": "2026-10-23"},
    {"step": "上门督导", "number": None, "issued_on": "2026-11-03"},
]
AUTHORITY = "依据《督办阶梯默认规则》第1版由督办系统自动签发"
