/* trn_common.c - options, and what is open in a run, of both training programs. Header: trn_common.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "trn_common.h"

#include <stdlib.h>
#include <string.h>

static const flx_option_t of_runs[] = {
    {"format", "NAME", "flexN+M, N of 8 to 16, M of 4 to 8; float32, float16, bfloat16; dfpN, dynamic fixed point; fixedIL.FL, stochastic rounding; operands of "
                       "products in blocks: hbfpN, mxint8", FLX_TEXT(trn_common_t, format)},
    {"profile", "NAME", "Autoflex profile", FLX_CHOICE(trn_common_t, profile, "paper|code")},
    {"seed", "N", "of initial values, and of all that is drawn at random", FLX_U32(trn_common_t, seed, 0, 1U << 30)},
    {"threads", "N", "of the matrix products, 0 for all cores", FLX_U32(trn_common_t, threads, 0, 64)},
    {"checkpoint", "FILE", "goes on from FILE if there is one; written at the end, after an epoch, and at SIGINT or SIGTERM (then exit 130)", FLX_TEXT(trn_common_t, checkpoint)},
    {"checkpoint-every", "N", "also after every N steps, 0: never", FLX_U32(trn_common_t, checkpoint_every, 0, 1U << 30)},
    {"json", NULL, "summary as JSON on stdout", FLX_FLAG(trn_common_t, json)},
};
static const flx_option_t of_records[] = {
    {"record", "DIR", "write products as trace files (flex formats)", FLX_TEXT(trn_common_t, record)},
    {"record-at", "I,J,..", "every product of these iterations", FLX_LIST(trn_common_t, recorder.at, recorder.at_count)},
    {"record-layers", "A,B,..", "only of these layers", FLX_TEXT(trn_common_t, recorder.layers)},
    {"record-elements", "N", "cut a product whose larger operand has more elements", FLX_U32(trn_common_t, elements, 64, 1U << 26)},
    {"record-saturated", "N", "also the first N products with clipped elements", FLX_U32(trn_common_t, recorder.saturated_left, 0, 10000)},
    {"record-changed", "N", "also the first N products whose exponent changes next", FLX_U32(trn_common_t, recorder.changed_left, 0, 10000)},
    {"record-from", "I", "events count from this iteration on", FLX_U32(trn_common_t, events_from, 0, 1U << 30)},
};

flx_option_group_t trn_common_group(trn_common_t *common)
{
    return (flx_option_group_t)FLX_GROUP("a run", of_runs, common);
}

flx_option_group_t trn_record_group(trn_common_t *common)
{
    return (flx_option_group_t)FLX_GROUP("its products as traces", of_records, common);
}

int trn_common_finish(trn_common_t *o, trn_ctx_t *ctx)
{
    ctx->threads = o->threads;
    ctx->autoflex = flx_autoflex_defaults(strcmp(o->profile, "code") == 0 ? FLX_PROFILE_CODE : FLX_PROFILE_PAPER);
    if (!trn_format_parse(o->format, &ctx->format)) return flx_cli_usage("--format", o->format, "one that --help names, with N of 8 to 16 and M of 4 to 8");
    if (o->record != NULL && ctx->format.kind != TRN_FLEX) return flx_cli_usage("--record", o->record, "it only with a flex format");
    if (o->record != NULL && o->checkpoint != NULL) return flx_cli_usage("--record", "beside --checkpoint", "one of them");
    o->recorder.elements_max = o->elements;
    o->recorder.events_from = o->events_from;
    return -1;
}

int trn_job_data(trn_job_t *s, const trn_data_request_t *request)
{
    return trn_data_open(request, &s->train, &s->test) == 0 ? FLX_EXIT_PASS : FLX_EXIT_INPUT;
}

int trn_job_outputs(const trn_common_t *o)
{
    int code = flx_cli_output("--checkpoint", o->checkpoint);
    if (code == 0) code = flx_cli_output("--csv", o->csv);
    return code != 0 ? code : flx_cli_output_folder("--record", o->record);
}

int trn_job_files(trn_job_t *s, trn_common_t *o, const char *network, uint32_t images)
{
    if (o->record != NULL) {
        o->recorder.directory = o->record;
        o->recorder.network = network;
        o->recorder.dataset = s->train.name;
        o->recorder.images = images;
        s->ctx.record = &o->recorder;
    }
    return trn_csv_open(&s->csv, o->csv, o->checkpoint != NULL);
}

int trn_job_end(trn_job_t *s, int code)
{
    code = trn_csv_close(&s->csv, code);
    for (int i = 0; i < TRN_SCRATCH_SLOTS; i++) free(s->ctx.scratch[i]);
    trn_data_free(&s->train);
    trn_data_free(&s->test);
    return code;
}
