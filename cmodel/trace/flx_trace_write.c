/* flx_trace_write.c - writer of trace files. Header: flx_trace.h, twin: cmodel/trace/flx_trace_read.c, docs/trace.md
 * SPDX-License-Identifier: Apache-2.0
 *
 * The archive is made in memory, then written whole. The bytes depend on the trace alone. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "flx_npz.h"
#include "flx_output.h"
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

/* Takes the value. false, here and below: memory is short. */
static bool put(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value) == 0;
}

static json_t *make_history(const flx_autoflex_t *autoflex)
{
    json_t *history = json_array();
    bool ok = history != NULL;
    for (uint32_t i = 0; ok && i < autoflex->count; i++)
        ok = json_array_append_new(history, json_pack("[i, i]", (int)autoflex->phi[i].gamma, (int)autoflex->phi[i].exp)) == 0;
    if (ok) return history;
    json_decref(history);
    return NULL;
}

static bool put_autoflex(json_t *meta, const flx_trace_t *trace)
{
    const flx_autoflex_cfg_t *cfg = &trace->autoflex_cfg;
    json_t *autoflex = json_pack("{s:s, s:i, s:i, s:i, s:i}", "profile", cfg->profile == FLX_PROFILE_CODE ? "code" : "paper", "alpha", (int)cfg->alpha,
                                 "beta", (int)cfg->beta, "gamma", (int)cfg->gamma, "window", (int)cfg->window);
    return put(meta, "autoflex", autoflex) && put(autoflex, "history", make_history(&trace->autoflex));
}

static bool put_text(json_t *source, const char *key, const char *text)
{
    return text[0] == '\0' || put(source, key, json_string(text));
}

static bool put_number(json_t *source, const char *key, int64_t number)
{
    return number < 0 || put(source, key, json_integer(number));
}

static bool put_source(json_t *meta, const flx_trace_source_t *from)
{
    json_t *source = json_object();
    return put(meta, "source", source) && put_text(source, "network", from->network) && put_text(source, "dataset", from->dataset) &&
           put_text(source, "layer", from->layer) && put_text(source, "pass", from->pass) && put_number(source, "iteration", from->iteration) &&
           put_number(source, "images", from->images);
}

static bool put_expect(json_t *meta, const flx_trace_t *trace)
{
    json_t *expect = json_pack("{s:i, s:b, s:I}", "gamma", (int)trace->expect.gamma, "overflow", (int)trace->expect.overflow, "saturated",
                               (json_int_t)trace->expect.saturated);
    return put(meta, "expect", expect) && (!trace->has_exp_next || put(expect, "exp_next", json_integer(trace->exp_next)));
}

/* NULL when memory is short. Not json_dumps: it leaves out what its buffer cannot grow for, and says nothing. */
static char *dump(const json_t *object, size_t *size)
{
    const size_t flags = JSON_INDENT(1);
    *size = json_dumpb(object, NULL, 0, flags);
    char *text = *size != 0 ? malloc(*size) : NULL;
    if (text == NULL || json_dumpb(object, text, *size, flags) == *size) return text;
    free(text);
    return NULL;
}

/* meta.json; NULL when memory is short. */
static char *make_meta(const flx_trace_t *trace, size_t *size)
{
    const flx_gemm_t *op = &trace->op;
    json_t *meta = json_pack("{s:s, s:i, s:s, s:I, s:I, s:I, s:b, s:b, s:i, s:i, s:i, s:i, s:i, s:i, s:s, s:i, s:i}", "format",
                             "flexpoint-trace", "version", 1, "op", "gemm", "m", (json_int_t)op->m, "n", (json_int_t)op->n, "k",
                             (json_int_t)op->k, "trans_a", (int)op->trans_a, "trans_b", (int)op->trans_b, "mant_bits",
                             (int)op->fmt.mant_bits, "exp_bits", (int)op->fmt.exp_bits, "acc_bits", (int)op->fmt.acc_bits, "exp_a",
                             (int)op->exp_a, "exp_b", (int)op->exp_b, "exp_c", (int)op->exp_c, "rounding", rounding_text(op->rounding), "chunk",
                             (int)op->chunk, "lanes", (int)op->lanes);
    const bool ok = put_expect(meta, trace) && put_source(meta, &trace->source) &&
                    (op->rounding != FLX_ROUND_STOCHASTIC || put(meta, "seed", json_integer(op->seed))) &&
                    (!trace->has_autoflex || put_autoflex(meta, trace));
    char *text = ok ? dump(meta, size) : NULL;
    json_decref(meta);
    return text;
}

/* What an archive is made of: its members' bytes, which must outlive it. */
typedef struct flx_members {
    zip_t *zip;
    void *bytes[4];
    size_t count;
} flx_members_t;

/* Owns the bytes from now on; NULL: memory was short. libzip does not own them: when memory is short it frees them, or does not. */
static bool add_member(flx_members_t *to, const char *name, void *bytes, size_t size)
{
    if (bytes == NULL) return false;
    to->bytes[to->count++] = bytes;
    zip_source_t *source = zip_source_buffer(to->zip, bytes, size, 0);
    if (source == NULL) return false;
    const zip_int64_t index = zip_file_add(to->zip, name, source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        return false;
    }
    const zip_uint16_t first_day = 1 << 5 | 1; /* 1980-01-01 */
    return zip_set_file_compression(to->zip, (zip_uint64_t)index, ZIP_CM_DEFLATE, 9) == 0 &&
           zip_file_set_dostime(to->zip, (zip_uint64_t)index, 0, first_day, 0) == 0;
}

static bool add_array(flx_members_t *to, const char *name, const int16_t *data, size_t rows, size_t cols)
{
    size_t size = 0;
    void *bytes = flx_npy_make(data, rows, cols, &size);
    return add_member(to, name, bytes, size);
}

static bool add_members(flx_members_t *to, const flx_trace_t *trace)
{
    const flx_gemm_t *op = &trace->op;
    size_t size = 0;
    char *meta = make_meta(trace, &size);
    return add_member(to, "meta.json", meta, size) &&
           add_array(to, "a.npy", trace->a, op->trans_a ? op->k : op->m, op->trans_a ? op->m : op->k) &&
           add_array(to, "b.npy", trace->b, op->trans_b ? op->n : op->k, op->trans_b ? op->k : op->n) &&
           add_array(to, "c.npy", trace->c, op->m, op->n);
}

/* The bytes of a finished archive, to be freed; NULL when memory is short. */
static void *bytes_of(zip_source_t *archive, size_t *size)
{
    zip_stat_t stat;
    if (zip_source_stat(archive, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0 || zip_source_open(archive) != 0) return NULL;
    void *bytes = malloc((size_t)stat.size + 1);
    *size = (size_t)stat.size;
    if (bytes != NULL && zip_source_read(archive, bytes, stat.size) != (zip_int64_t)stat.size) {
        free(bytes);
        bytes = NULL;
    }
    zip_source_close(archive);
    return bytes;
}

/* The trace as an archive, to be freed; NULL when memory is short. */
static void *make_archive(const flx_trace_t *trace, size_t *size)
{
    zip_error_t reason;
    zip_error_init(&reason);
    zip_source_t *archive = zip_source_buffer_create(NULL, 0, 0, &reason);
    flx_members_t members = {.zip = archive != NULL ? zip_open_from_source(archive, ZIP_CREATE | ZIP_TRUNCATE, &reason) : NULL};
    void *bytes = NULL;
    if (members.zip != NULL) {
        zip_source_keep(archive); /* zip_close gives its own one up */
        const bool written = add_members(&members, trace) && zip_close(members.zip) == 0;
        if (written) bytes = bytes_of(archive, size);
        else zip_discard(members.zip);
    }
    if (archive != NULL) zip_source_free(archive);
    for (size_t i = 0; i < members.count; i++) free(members.bytes[i]);
    zip_error_fini(&reason);
    return bytes;
}

int flx_trace_write(const char *path, const flx_trace_t *trace, char *error)
{
    flx_npz_error_t out = {.name = path, .text = error, .size = FLX_TRACE_ERROR_BYTES};
    char why[FLX_OUTPUT_ERROR_BYTES] = "out of memory";
    size_t size = 0;
    void *bytes = make_archive(trace, &size);
    const bool written = bytes != NULL && flx_output_write(path, bytes, size, why);
    free(bytes);
    if (!written) flx_npz_fail(&out, "cannot be written: %s", why);
    return written ? 0 : -1;
}
