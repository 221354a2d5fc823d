/* flx_trace_write.c - writer of trace files. Header: flx_trace.h, twin: cmodel/trace/flx_trace_read.c, docs/trace.md
 *
 * The archive is made beside PATH and renamed over it (libzip does both). The bytes depend on the trace alone. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flx_npz.h"
#include "flx/flx_trace.h"

static const char *rounding_text(flx_rounding_t rounding)
{
    switch (rounding) {
#define FLX_ROUNDING(name, value, text, doc) \
    case FLX_ROUND_##name: return text;
#include "def/flx_rounding.def"
#undef FLX_ROUNDING
    }
    return "unknown";
}

static json_t *make_autoflex(const flx_trace_t *trace)
{
    const flx_autoflex_cfg_t *cfg = &trace->autoflex_cfg;
    json_t *history = json_array();
    for (uint32_t i = 0; i < trace->autoflex.count; i++)
        json_array_append_new(history, json_pack("[i, i]", (int)trace->autoflex.phi[i].gamma, (int)trace->autoflex.phi[i].exp));
    return json_pack("{s:s, s:i, s:i, s:i, s:i, s:o}", "profile", cfg->profile == FLX_PROFILE_CODE ? "code" : "paper", "alpha", (int)cfg->alpha,
                     "beta", (int)cfg->beta, "gamma", (int)cfg->gamma, "window", (int)cfg->window, "history", history);
}

static json_t *make_source(const flx_trace_source_t *source)
{
    json_t *out = json_object();
    if (source->network[0] != '\0') json_object_set_new(out, "network", json_string(source->network));
    if (source->dataset[0] != '\0') json_object_set_new(out, "dataset", json_string(source->dataset));
    if (source->layer[0] != '\0') json_object_set_new(out, "layer", json_string(source->layer));
    if (source->pass[0] != '\0') json_object_set_new(out, "pass", json_string(source->pass));
    if (source->iteration >= 0) json_object_set_new(out, "iteration", json_integer(source->iteration));
    if (source->images >= 0) json_object_set_new(out, "images", json_integer(source->images));
    return out;
}

/* meta.json; NULL when memory is short. */
static char *make_meta(const flx_trace_t *trace)
{
    const flx_gemm_t *op = &trace->op;
    json_t *expect = json_pack("{s:i, s:b, s:I}", "gamma", (int)trace->expect.gamma, "overflow", (int)trace->expect.overflow, "saturated",
                               (json_int_t)trace->expect.saturated);
    if (trace->has_exp_next) json_object_set_new(expect, "exp_next", json_integer(trace->exp_next));
    json_t *meta = json_pack("{s:s, s:i, s:s, s:I, s:I, s:I, s:b, s:b, s:i, s:i, s:i, s:i, s:i, s:i, s:s, s:i, s:i, s:o, s:o}", "format",
                             "flexpoint-trace", "version", 1, "op", "gemm", "m", (json_int_t)op->m, "n", (json_int_t)op->n, "k",
                             (json_int_t)op->k, "trans_a", (int)op->trans_a, "trans_b", (int)op->trans_b, "mant_bits",
                             (int)op->fmt.mant_bits, "exp_bits", (int)op->fmt.exp_bits, "acc_bits", (int)op->fmt.acc_bits, "exp_a",
                             (int)op->exp_a, "exp_b", (int)op->exp_b, "exp_c", (int)op->exp_c, "rounding", rounding_text(op->rounding), "chunk",
                             (int)op->chunk, "lanes", (int)op->lanes, "expect", expect, "source", make_source(&trace->source));
    if (meta == NULL) return NULL;
    if (op->rounding == FLX_ROUND_STOCHASTIC) json_object_set_new(meta, "seed", json_integer(op->seed));
    if (trace->has_autoflex) json_object_set_new(meta, "autoflex", make_autoflex(trace));
    char *text = json_dumps(meta, JSON_INDENT(1));
    json_decref(meta);
    return text;
}

/* Adds a member; the archive owns the bytes from now on. */
static bool add_member(zip_t *zip, const char *name, void *bytes, size_t size)
{
    if (bytes == NULL) return false;
    zip_source_t *source = zip_source_buffer(zip, bytes, size, 1);
    if (source == NULL) {
        free(bytes);
        return false;
    }
    const zip_int64_t index = zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        return false;
    }
    const zip_uint16_t first_day = 1 << 5 | 1; /* 1980-01-01 */
    return zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_DEFLATE, 9) == 0 &&
           zip_file_set_dostime(zip, (zip_uint64_t)index, 0, first_day, 0) == 0;
}

static bool add_array(zip_t *zip, const char *name, const int16_t *data, size_t rows, size_t cols)
{
    size_t size = 0;
    void *bytes = flx_npy_make(data, rows, cols, &size);
    return add_member(zip, name, bytes, size);
}

int flx_trace_write(const char *path, const flx_trace_t *trace, char *error)
{
    flx_npz_error_t out = {.name = path, .text = error, .size = FLX_TRACE_ERROR_BYTES};
    const flx_gemm_t *op = &trace->op;
    int code;
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    if (zip == NULL) {
        zip_error_t reason;
        zip_error_init_with_code(&reason, code);
        flx_npz_fail(&out, "cannot be written: %s", zip_error_strerror(&reason));
        zip_error_fini(&reason);
        return -1;
    }
    char *meta = make_meta(trace);
    const bool added = add_member(zip, "meta.json", meta, meta != NULL ? strlen(meta) : 0) &&
                       add_array(zip, "a.npy", trace->a, op->trans_a ? op->k : op->m, op->trans_a ? op->m : op->k) &&
                       add_array(zip, "b.npy", trace->b, op->trans_b ? op->n : op->k, op->trans_b ? op->k : op->n) &&
                       add_array(zip, "c.npy", trace->c, op->m, op->n);
    if (added && zip_close(zip) == 0) return 0;
    flx_npz_fail(&out, "cannot be written: %s", added ? zip_strerror(zip) : "out of memory");
    zip_discard(zip);
    return -1;
}
