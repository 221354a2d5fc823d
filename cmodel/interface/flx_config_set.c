/* flx_config_set.c - "ROWS=12,COLS=20" into a configuration. Header: flx_config.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "flx/flx_config.h"

static size_t find_param(const char *name, size_t length)
{
    size_t i = 0;
    for (; i < flx_param_count(); i++) {
        const char *known = flx_param_at(i)->name;
        if (strlen(known) == length && memcmp(known, name, length) == 0) break;
    }
    return i;
}

static void unknown_key(const char *key, size_t length, char *error, size_t size)
{
    int used = snprintf(error, size, "--set: key is '%.*s', expected one of", (int)length, key);
    for (size_t i = 0; i < flx_param_count() && used >= 0 && (size_t)used < size; i++)
        used += snprintf(error + used, size - (size_t)used, "%s %s", i == 0 ? "" : ",", flx_param_at(i)->name);
}

/* Decimal digits only, without a leading zero; false beyond 32 bits too. */
static bool get_number(const char *text, size_t length, uint32_t *value)
{
    uint64_t number = 0;
    for (size_t i = 0; i < length; i++) {
        if (!isdigit((unsigned char)text[i])) return false;
        number = number * 10 + (uint64_t)(text[i] - '0');
        if (number > UINT32_MAX) return false;
    }
    *value = (uint32_t)number;
    return length == 1 || (length > 1 && text[0] != '0');
}

static bool check_rules(const flx_config_t *config, char *error, size_t size)
{
    for (size_t i = 0; i < flx_rule_count(); i++) {
        const flx_rule_t *rule = flx_rule_at(i);
        if (flx_rule_holds(config, i)) continue;
        const uint32_t value = flx_param_get(config, find_param(rule->key, strlen(rule->key)));
        snprintf(error, size, "--set: %s is %u, expected %s", rule->key, (unsigned)value, rule->expected);
        return false;
    }
    return true;
}

bool flx_config_set(flx_config_t *config, const char *assignments, char *error, size_t size)
{
    flx_config_t changed = *config;
    uint64_t seen = 0; /* a bit per parameter */
    for (const char *key = assignments;;) {
        const size_t whole = strcspn(key, ",");
        const char *equals = memchr(key, '=', whole);
        const size_t length = equals != NULL ? (size_t)(equals - key) : whole;
        const size_t i = find_param(key, length);
        if (i == flx_param_count()) {
            unknown_key(key, length, error, size);
            return false;
        }
        const flx_param_t *param = flx_param_at(i);
        const char *text = equals != NULL ? equals + 1 : "";
        const size_t digits = equals != NULL ? whole - length - 1 : 0;
        uint32_t value = 0;
        if (!get_number(text, digits, &value)) {
            snprintf(error, size, "--set: %s is '%.*s', expected a number from %u to %u", param->name, (int)digits, text, (unsigned)param->min,
                     (unsigned)param->max);
            return false;
        }
        if ((seen >> i & 1) != 0) {
            snprintf(error, size, "--set: %s is given twice, expected once", param->name);
            return false;
        }
        seen |= UINT64_C(1) << i;
        flx_param_set(&changed, i, value);
        if (key[whole] == '\0') break;
        key += whole + 1;
    }
    if (!check_rules(&changed, error, size)) return false;
    *config = changed;
    return true;
}
