# house.mk - the checks themselves, on broken copies of the tree. Twin: verif/house/house_test.py
# SPDX-License-Identifier: Apache-2.0
.PHONY: test-house
test-house: $(B)/bin/flx ## test: each check passes a copy of the tree, and fails for the right reason when that is broken
	@verif/house/house_test.py $(B)/house $<
