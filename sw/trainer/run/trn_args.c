/* trn_args.c - values of command line options. Header: trn_args.h */
#include "trn_args.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int trn_usage(const char *field, const char *value, const char *expected)
{
    fprintf(stderr, "%s: %s is %s, expected %s\n", program_invocation_short_name, field, value, expected);
    return 2;
}

static bool parse_u32(const char *text, uint32_t low, uint32_t high, uint32_t *out)
{
    char *end;
    errno = 0;
    const long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < (long long)low || value > (long long)high) return false;
    *out = (uint32_t)value;
    return true;
}

static bool parse_real(const char *text, double low, double high, double *out)
{
    char *end;
    *out = strtod(text, &end);
    return end != text && *end == '\0' && *out >= low && *out <= high;
}

int trn_take_number(const trn_number_t *list, size_t count, int option, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].option != option) continue;
        char expected[64];
        snprintf(expected, sizeof expected, "an integer of %u to %u", list[i].low, list[i].high);
        return parse_u32(text, list[i].low, list[i].high, list[i].out) ? 0 : trn_usage(list[i].name, text, expected);
    }
    return -1;
}

int trn_take_real(const trn_real_t *list, size_t count, int option, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].option != option) continue;
        char expected[64];
        snprintf(expected, sizeof expected, "a number of 0 to %g", list[i].high);
        return parse_real(text, 0.0, list[i].high, list[i].out) ? 0 : trn_usage(list[i].name, text, expected);
    }
    return -1;
}

bool trn_take_iterations(const char *text, trn_record_t *r)
{
    while (*text != '\0') {
        char *end;
        errno = 0;
        const long long value = strtoll(text, &end, 10);
        if (errno != 0 || end == text || value < 0 || (*end != '\0' && *end != ',') || r->at_count == TRN_RECORD_ITERATIONS_MAX) return false;
        r->at[r->at_count++] = value;
        text = *end == ',' ? end + 1 : end;
    }
    return r->at_count != 0;
}

int trn_take_format(trn_ctx_t *ctx, const char *format, const char *profile)
{
    if (strcmp(profile, "paper") != 0 && strcmp(profile, "code") != 0) return trn_usage("--profile", profile, "paper or code");
    ctx->autoflex = flx_autoflex_defaults(strcmp(profile, "code") == 0 ? FLX_PROFILE_CODE : FLX_PROFILE_PAPER);
    if (!trn_format_parse(format, &ctx->format)) return trn_usage("--format", format, "one that --help names, with N of 8 to 16 and M of 4 to 8");
    return -1;
}
