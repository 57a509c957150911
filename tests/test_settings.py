"""Settings that cannot be read are told in Chinese, by name, whichever of the three sources holds them."""

import json

import pytest

from workflow.errors import ConfigurationError
from workflow.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def working_folder(tmp_path, monkeypatch):
    """An empty working directory and no setting in the environment."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"DUBAN_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fault():
    with pytest.raises(ConfigurationError) as refused:
        load_settings()
    return refused.value


def test_the_environment_outweighs_dotenv_and_dotenv_the_toml_file(working_folder, monkeypatch):
    (working_folder / "duban.toml").write_text('office_code = "甲"\noffice_phone = "1"\nsweep_seconds = 7\n')
    (working_folder / ".env").write_text("DUBAN_OFFICE_CODE=乙\nDUBAN_OFFICE_PHONE=2\n", encoding="utf-8")
    monkeypatch.setenv("DUBAN_OFFICE_CODE", "丙")
    settings = load_settings()
    assert (settings.office_code, settings.office_phone, settings.sweep_seconds) == ("丙", "2", 7)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DUBAN_SWEEP_SECONDS", "soon", "应为整数"),
        ("DUBAN_SWEEP_SECONDS", "0", "不得小于1"),
        ("DUBAN_LEASE_SECONDS", "99999999", "不得大于86400"),
        ("DUBAN_MAIL_SECONDS", "五", "应为数字"),
        ("DUBAN_OFFICE_CODE", "滨" * 17, "不得超过16字"),
        ("DUBAN_METRICS_ALLOW", "10.1.2.0/24, 监控机", "应为地址或网段，如10.1.2.0/24，逗号分隔"),
    ],
)
def test_a_setting_out_of_bounds_is_named_with_its_bound(monkeypatch, name, value, said):
    monkeypatch.setenv(name, value)
    refused = fault()
    assert (refused.code, refused.facts["setting"]) == ("setting_invalid", name)
    assert refused.message == f"设置{name}有误：{said}。"


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("duban.toml", b"sweep_seconds = 7\nfiles = \n", "duban.toml第2行"),
        ("duban.toml", "files = '库'".encode("gbk"), "UTF-8"),
        (".env", "DUBAN_FILES=库".encode("gbk"), "UTF-8"),
    ],
)
def test_a_settings_file_that_cannot_be_read_is_named(working_folder, file, content, said):
    (working_folder / file).write_bytes(content)
    refused = fault()
    assert (refused.code, said in refused.message) == ("settings_unreadable", True)


@pytest.mark.parametrize(("days", "said"), [("182", "不得小于183"), ("40000", "不得大于36500")])
def test_a_log_is_never_kept_for_less_than_the_law_asks(monkeypatch, days, said):
    monkeypatch.setenv("DUBAN_LOG_DAYS", days)
    assert fault().message == f"设置DUBAN_LOG_DAYS有误：{said}（网络日志依法留存不少于六个月，至少183天）。"


def test_a_setting_that_should_be_json_and_is_none_is_named_without_its_value(monkeypatch):
    monkeypatch.setenv("DUBAN_CHANNELS", "wecombot://s3cret")
    with pytest.raises(ConfigurationError, match="DUBAN_CHANNELS") as refused:
        load_settings()
    assert "s3cret" not in refused.value.message
    assert refused.value.code == "setting_invalid"


@pytest.mark.parametrize("name", ["mail", "群" * 33, "a@b", ""])
def test_a_channel_has_a_name_the_outbox_can_bear(monkeypatch, name):
    monkeypatch.setenv("DUBAN_CHANNELS", json.dumps({name: "wecombot://s3cret"}))
    with pytest.raises(ConfigurationError, match="DUBAN_CHANNELS") as refused:
        load_settings()
    assert "s3cret" not in refused.value.message
