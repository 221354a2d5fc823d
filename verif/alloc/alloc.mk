# alloc.mk - memory that runs out: every allocation of the C library's work fails once, also under ASan and LSan. Twin: verif/alloc/fail_alloc.h
# SPDX-License-Identifier: Apache-2.0
ALLOC_CC := $(wildcard verif/alloc/*.cc)
$(B)/obj/verif/alloc/%.o: verif/alloc/%.cc $(wildcard verif/alloc/*.h cmodel/include/flx/*.h cmodel/*/*.h) | $(DEPS)
	@mkdir -p $(@D)
	$(call say,CXX,$<)$(CXX) $(CXXFLAGS) -Icmodel/include -Icmodel -c $< -o $@
$(B)/bin/alloc_test: $(ALLOC_CC:%.cc=$(B)/obj/%.o) $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $^ $(GTEST) $(LIBS) -o $@
$(SAN)/verif/alloc/fail_alloc.o: SAN_FLAGS := -g -O1 -DFAIL_ALLOC_ASAN
$(SAN)/alloc_test: $(ALLOC_CC:%.cc=$(SAN)/%.o) $(SAN_LIB_OBJ)
	$(call say,LINK,$@)$(CXX) $(SAN_FLAGS) $^ $(GTEST) $(LIBS) -o $@

.PHONY: test-alloc
test-alloc: $(B)/bin/alloc_test $(SAN)/alloc_test ## test: failing allocations: traces, programs, cycle model and products report them, keep no memory and leave no file
	$(B)/bin/alloc_test --gtest_brief=1
	$(SAN)/alloc_test --gtest_brief=1
