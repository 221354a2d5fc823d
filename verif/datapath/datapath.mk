# datapath.mk - the multiplier on every operand pair, the requantiser against the golden model. Twin: docs/datapath.md
# SPDX-License-Identifier: Apache-2.0
$(eval $(call verilate,dot_pair,dot_pair,verif/datapath/dot_pair.v,,-O3 -march=native))
$(VBIN)/dot_exhaustive: verif/datapath/dot_exhaustive.cc $(VERILATED_DIR)/dot_pair/Vdot_pair__ALL.a $(VERILATED)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $(VERILATED_CXXFLAGS) -MF $(VERILATED_DIR)/dot_exhaustive.d -MT $@ -isystem $(VERILATED_DIR)/dot_pair $(filter %.cc %.a %.o,$^) -lpthread -o $@
-include $(VERILATED_DIR)/dot_exhaustive.d

# MANT_BITS, SUM_BITS, SHIFT_BITS, STOCH_EN of the requantisers under test
REQUANT_BUILDS := rq16 rq16s rq12s rq8s
REQUANT_rq16 := -GMANT_BITS=16 -GSUM_BITS=48 -GSHIFT_BITS=7 -GSTOCH_EN=0
REQUANT_rq16s := -GMANT_BITS=16 -GSUM_BITS=50 -GSHIFT_BITS=7 -GSTOCH_EN=1
REQUANT_rq12s := -GMANT_BITS=12 -GSUM_BITS=42 -GSHIFT_BITS=10 -GSTOCH_EN=1
REQUANT_rq8s := -GMANT_BITS=8 -GSUM_BITS=50 -GSHIFT_BITS=6 -GSTOCH_EN=1
$(foreach b,$(REQUANT_BUILDS),$(eval $(call verilate,$(b),flx_requant,$(RTL_ROOT)/core/flx_requant.v,$(REQUANT_$(b)),-O3)))
# The dot product with its addend and all lanes, and the chunk rounding.
$(eval $(call verilate,dot_lanes,dot_lanes,verif/datapath/dot_lanes.v,,-O3))

$(eval $(call verilate,depth48,flx_depth,$(RTL_ROOT)/core/flx_depth.v,-GACC_BITS=48,-O3))
$(eval $(call verilate,depth53,flx_depth,$(RTL_ROOT)/core/flx_depth.v,-GACC_BITS=53,-O3))

DATAPATH_BUILDS := $(REQUANT_BUILDS) dot_lanes depth48 depth53
$(VBIN)/datapath_test: verif/datapath/datapath_test.cc verif/datapath/depth_test.cc $(foreach b,$(DATAPATH_BUILDS),$(VERILATED_DIR)/$(b)/V$(b)__ALL.a) $(VERILATED) $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $(VERILATED_CXXFLAGS) -MF $(VERILATED_DIR)/datapath_test.d -MT $@ $(DATAPATH_BUILDS:%=-isystem $(VERILATED_DIR)/%) $(filter %.cc %.a %.o,$^) $(GTEST) $(LIBS) -o $@
-include $(VERILATED_DIR)/datapath_test.d

.PHONY: test-datapath
test-datapath: $(VBIN)/dot_exhaustive $(VBIN)/datapath_test ## test: digits' rows = * on all 2^32 operand pairs; requantiser, lanes, chunk rounding = golden
	$(VBIN)/datapath_test --gtest_brief=1
	@pids=; for part in 0 1; do $(VBIN)/dot_exhaustive $$part 2 & pids="$$pids $$!"; done; for pid in $$pids; do wait $$pid; done
