/* trn_args.h - values of command line options, for the training programs. Twin: docs/trainer.md */
#ifndef TRN_ARGS_H
#define TRN_ARGS_H

#include "ops/trn_record.h"

/* One line on stderr: PROGRAM: FIELD is VALUE, expected EXPECTED. Returns 2, the exit code. */
int trn_usage(const char *field, const char *value, const char *expected);

/* An option whose value is an integer of low to high, or a number of 0 to high. */
typedef struct trn_number {
    int option; /* as getopt_long gives it */
    const char *name;
    uint32_t low, high, *out;
} trn_number_t;

typedef struct trn_real {
    int option;
    const char *name;
    double high, *out;
} trn_real_t;

/* Takes the value if the option is in the list: 0 taken, -1 not in the list, or the exit code after one line. */
int trn_take_number(const trn_number_t *list, size_t count, int option, const char *text);
int trn_take_real(const trn_real_t *list, size_t count, int option, const char *text);

/* "0,10,100" into the recorder's iterations. */
bool trn_take_iterations(const char *text, trn_record_t *record);

/* Format and Autoflex profile of the context. -1 to go on, or the exit code after one line. */
int trn_take_format(trn_ctx_t *ctx, const char *format, const char *profile);

#endif
