# data.mk - measurements become data, data become tables. Twin: docs/data/README.md
# SPDX-License-Identifier: Apache-2.0
.PHONY: keep
keep: | $(DEPS) ## maintain: FROM="build/report/x.json ..": finished reports into docs/data; nothing else writes measurements
	@docs/data/keep.py $(FROM)
