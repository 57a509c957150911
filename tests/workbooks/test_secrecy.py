"""Marks of state secrets are found; words about secrets are not."""

import pytest

from states.secrecy import find_mark


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("绝密★30年", "绝密"),
        ("本件为机密★，请妥善保管", "机密"),
        ("秘 密 ★ 长期", "秘密"),
        ("机\u200b密★", "机密"),
        ("机密", "机密"),
        (" 秘　密 ", "秘密"),
        ("（绝密）", "绝密"),
        ("密级：机密", "机密"),
        ("第3号\n秘密\n关于某事项的函", "秘密"),
        ("機密★10年", "机密"),
        ("絕密★長期", "绝密"),
        ("【机密】★10年", "机密"),
        ("机密（10年）", "机密"),
        ("密级：机密 保密期限：10年", "机密"),
        ("密級：秘密，期限三年", "秘密"),
    ],
)
def test_a_mark_is_found(text, grade):
    assert find_mark(text) == grade


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "内部",
            "工作秘密",
            "工作秘密★3年",
            "商业秘密",
            "密级：内部",
            "工作秘密（长期）",
            "密级：工作秘密",
        ),
        *(
            "注意保守国家秘密",
            "涉及商业秘密的材料另行报送",
            "秘密调查组已撤回",
            "不得填写绝密、机密、秘密内容",
        ),
        *("★重点事项", "机要科", "秘书处★"),
    ],
)
def test_prose_is_let_through(text):
    assert find_mark(text) is None
