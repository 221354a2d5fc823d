# house.mk - the checks themselves, on broken copies of the tree. Twin: verif/house/house_test.py
.PHONY: test-house
test-house: $(B)/bin/flx ## each check passes a copy of the tree, and fails for the right reason when that is broken
	@verif/house/house_test.py $(B)/house $<

# What a test leaves out: a line now, and again at the end of `make test`, which shows build/left_out. $(call left-out,NAME,TEXT) in a recipe.
left-out = @mkdir -p $(B)/left_out; echo "$(2)" | tee $(B)/left_out/$(1).txt
