# trainer.mk - flx-train, the experiment and the recording of traces. Twin: docs/trainer.md
TRAINER_OBJ := $(patsubst %.c,$(B)/obj/%.o,$(wildcard sw/trainer/*.c))
$(B)/bin/flx-train: $(TRAINER_OBJ) $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(CC) $^ $(LIBS) -lopenblas -o $@
