/* cmd_trace.c - `flx trace`: what is in a trace file. Twin: docs/trace.md */
/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "commands.h"
#include "trace/flx_text.h"
#include "trace_run.h"

static void print_info(const char *path, const flx_trace_t *t)
{
    const flx_gemm_t *op = &t->op;
    char iteration[FLX_RUN_NUMBER];
    printf("%s: flex%u+%u gemm %zux%zux%zu%s%s, exponents %d + %d -> %d, max |m| %" PRIu32 ", %" PRIu32 " clipped", path, op->fmt.mant_bits,
           op->fmt.exp_bits, op->m, op->n, op->k, op->trans_a ? ", A transposed" : "", op->trans_b ? ", B transposed" : "", op->exp_a, op->exp_b,
           op->exp_c, t->expect.gamma, t->expect.saturated);
    if (t->has_autoflex) printf(", history of %" PRIu32, t->autoflex.count);
    if (t->has_exp_next) printf(", next exponent %d", t->exp_next);
    if (t->source.network[0] != '\0') printf("; %s %s %s, iteration %s", t->source.network, t->source.layer, t->source.pass, flx_run_iteration(&t->source, iteration));
    printf("\n");
}

int flx_cmd_trace(int argc, char **argv)
{
    const flx_cli_t cli = {.program = "flx trace", .usage = "TRACE...", .operands = true, .what = "Checks trace files and prints a line about each."};
    const int answered = flx_cli_parse(&cli, &argc, argv);
    if (answered >= 0) return answered;
    if (argc < 2) return flx_cli_usage("TRACE", NULL, "at least one trace file");
    int code = FLX_EXIT_PASS;
    for (int i = 1; i < argc; i++) {
        flx_trace_t trace;
        char error[FLX_TRACE_ERROR_BYTES];
        if (flx_trace_read(argv[i], &trace, error) != 0) {
            flx_cli_say("%s", error);
            code = FLX_EXIT_INPUT;
            continue;
        }
        char path[FLX_TEXT_PATH_BYTES];
        print_info(flx_text_path(argv[i], path), &trace);
        flx_trace_free(&trace);
    }
    return code;
}
