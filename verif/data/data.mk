# data.mk - tests of the renderer of tables and of what keeps measurements. Twin: docs/data/README.md
# SPDX-License-Identifier: Apache-2.0
.PHONY: test-data
test-data: | $(DEPS) ## test: tables are their data's: ratios computed again, and everything that the renderer and keep have to refuse
	$(PYTHON) verif/data/render_test.py
