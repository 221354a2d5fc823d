/* cmd_golden.c - `flx golden`: traces on the golden model alone. Twin: sw/flx/cmd_model.c */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "flx/flx_gemm_run.h"
#include "trace/flx_text.h"
#include "trace_run.h"

static int run_trace(void *user, const flx_run_options_t *options, const flx_trace_t *trace, flx_run_row_t *row)
{
    (void)user, (void)options;
    const flx_gemm_t *op = &trace->op;
    char path[FLX_TEXT_PATH_BYTES];
    int16_t *c = malloc(op->m * op->n * sizeof *c);
    const flx_err_t err = c == NULL ? FLX_ERR_MEMORY : flx_gemm_run(op, trace->a, trace->b, c, &row->stats, NULL, 0);
    if (err != FLX_OK) {
        free(c);
        return flx_cli_fail(err == FLX_ERR_MEMORY ? FLX_EXIT_TOOL : FLX_EXIT_INPUT, "%s: %s", flx_text_path(row->path, path), flx_err_text(err));
    }
    if (trace->has_autoflex) {
        flx_autoflex_t autoflex = trace->autoflex;
        row->exp_next = flx_autoflex_write(&autoflex, trace->autoflex_cfg, op->fmt, row->stats.gamma, op->exp_c, false, false, op->exp_c);
    }
    flx_run_compare(row, trace, c);
    free(c);
    return FLX_EXIT_PASS;
}

int flx_cmd_golden(int argc, char **argv)
{
    flx_run_options_t options;
    const int code = flx_run_options(&options, FLX_RUN_GOLDEN, argc, argv);
    return code >= 0 ? code : flx_run_all(&options, run_trace, NULL);
}
