# docs.mk - README and docs are true. Twin: verif/docs/docs_test.py
# SPDX-License-Identifier: Apache-2.0
.PHONY: test-docs
test-docs: $(B)/bin/flx $(RTL_SO)/mac256.so ## test: the tutorial's commands work, links lead somewhere, README stays short
	verif/docs/docs_test.py $(B)/bin/flx
