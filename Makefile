# What a contributor does, one target each. Needs Python 3.11 or newer, pip and make; everything else goes
# into .venv on first use, at the versions of constraints.txt, and again only when a version changes.

PYTHON  ?= python3
VENV    ?= .venv
WORKERS ?= auto
ARGS    ?=
EXTRAS  ?= dev

BIN     := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --constraint constraints.txt --editable
TOOLS   := $(VENV)/$(EXTRAS).stamp

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check bench client tour fonts

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/demo.stamp ## Play an office's months on its own ledger, then open its pages (options: ARGS="--once --out DIR")
	@$(BIN)/duban demo $(ARGS)

test: $(TOOLS) ## Run the tests, benchmarks aside (a selection: ARGS="tests/states -k dates")
	$(BIN)/pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: $(TOOLS) ## The whole gate: format, lint, types, import contracts, tests (with pm4py too: EXTRAS=dev,interop)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n $(WORKERS) --dist loadfile

bench: $(TOOLS) ## Measure the road, the sweep and the papers (beside WeasyPrint: EXTRAS=dev,bench)
	$(BIN)/pytest -m benchmark -s $(ARGS)

client: $(TOOLS) ## Write the shapes of the Python client anew from the description of the API
	$(BIN)/python -m tests.web.api.shaping

tour: $(TOOLS) ## Take the screenshots of the README anew, into docs/tour (needs Chromium)
	$(BIN)/python -m tests.tour

# The newcomer's environment holds what a user installs and nothing else; the tools come with the first test.
$(VENV)/demo.stamp: $(VENV)/pyvenv.cfg pyproject.toml constraints.txt
	@echo "Installing Duban into $(VENV), about a minute / 正在安装，约一分钟……" >&2
	@$(INSTALL) .
	@touch $@

$(TOOLS): $(VENV)/pyvenv.cfg pyproject.toml constraints.txt
	@echo "Installing Duban and its development tools into $(VENV), about a minute / 正在安装，约一分钟……" >&2
	@$(INSTALL) '.[$(EXTRAS)]'
	@touch $@

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Duban needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 … / 需要 Python 3.11 或更新版本，请用 PYTHON= 指定" >&2; \
	  exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python lacks venv: on Debian or Ubuntu, apt-get install python3-venv / 缺少 venv 模块，请先安装 python3-venv" >&2; \
	  exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)

# The types of GB/T 9704 that may be passed on freely. They are taken out of Debian's packages, never installed.
FONT_PACKAGES := texlive-lang-chinese fonts-lxgw-wenkai
define FONTS_README
Fonts for official papers, taken from the Debian packages $(FONT_PACKAGES).
公文字体，取自上述 Debian 软件包。也可将单位已获授权的字体文件放入本目录，优先使用。

Fandol*.otf       仿宋、楷体、黑体、宋体   GNU GPL v3 or later with font exception   licences/Fandol-COPYING.gz
LXGWWenKai*.ttf   霞鹜文楷（生僻字）       SIL Open Font License 1.1                 licences/LXGWWenKai-copyright
endef
export FONTS_README

fonts: ## Fetch free 仿宋, 楷体, 黑体 and 宋体 into ./fonts (needs apt-get; about 100 MB)
	@command -v apt-get >/dev/null || { \
	  echo "make fonts needs apt-get (Debian, Ubuntu); elsewhere copy your own fonts into ./fonts / 此处没有 apt-get，请将字体文件放入 ./fonts" >&2; \
	  exit 1; }
	@set -e; work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; \
	(cd "$$work" && apt-get download -q $(FONT_PACKAGES)) || { \
	  echo "The packages cannot be fetched; try apt-get update first / 软件包下载失败，请先运行 apt-get update" >&2; exit 1; }; \
	for package in "$$work"/*.deb; do dpkg-deb -x "$$package" "$$work"; done; \
	mkdir -p fonts/licences; \
	cp "$$work"/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/Fandol[FHKS]*.otf fonts; \
	cp "$$work"/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Light.ttf fonts; \
	cp "$$work"/usr/share/doc/texlive-doc/fonts/fandol/COPYING.gz fonts/licences/Fandol-COPYING.gz; \
	cp "$$work"/usr/share/doc/fonts-lxgw-wenkai/copyright fonts/licences/LXGWWenKai-copyright; \
	printf '%s\n' "$$FONTS_README" > fonts/README; \
	ls -l fonts
