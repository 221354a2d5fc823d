/* ns_library.h - what the simulators and the energy sum need of a Liberty library, in SI units. Twin: ns_library.c
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every table is read at ONE input slew, the caller's, and kept as a curve over the load: linear between the table's points and
 * beyond them. Internal power tables are energies per transition (joule), without the load's C V^2 / 2. */
#ifndef NS_LIBRARY_H
#define NS_LIBRARY_H

#include <stdbool.h>

#include "ns_curve.h"
#include "ns_expr.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { NS_NO_PIN = -1 };

/* One internal_power group of a pin: the energy of the pin's transitions while `when` holds. In a pin's list the groups
 * without a condition come last: the first group that matches counts. */
typedef struct ns_power {
    int related;    /* of an output pin: the input that caused the transition; NS_NO_PIN: any */
    ns_expr_t when; /* code NULL: always */
    ns_curve_t rise, fall;
    int index; /* among the cell's groups, 0 .. powers - 1 */
    struct ns_power *next;
} ns_power_t;

/* Delay from an input to an output: the mean of the library's arcs between the two. */
typedef struct ns_delay {
    int related;
    int rises, falls; /* arcs in the sums */
    ns_curve_t rise, fall;
    struct ns_delay *next;
} ns_delay_t;

typedef struct ns_pin {
    const char *name;
    bool output;
    double cap;         /* input capacitance, farad */
    ns_expr_t function; /* of an output; code NULL: none */
    ns_power_t *power;
    ns_delay_t *delay;  /* of an output */
} ns_pin_t;

typedef struct ns_leakage {
    ns_expr_t when;
    double watt;
    struct ns_leakage *next;
} ns_leakage_t;

/* Leakage through one supply; a cell's is the sum over its supplies. */
typedef struct ns_supply {
    const char *name;    /* related_pg_pin or power_level; "": the library names none */
    double watt;         /* of the states that no `when` names */
    bool plain;          /* a group without `when` gave it */
    ns_leakage_t *state; /* the first that matches counts */
    struct ns_supply *next;
} ns_supply_t;

typedef enum ns_cell_kind {
    NS_COMB,
    NS_FLIP_FLOP,
    NS_OTHER /* read, but not simulated: odd says why */
} ns_cell_kind_t;

typedef struct ns_cell {
    const char *name;
    ns_cell_kind_t kind;
    double area;    /* in the library's unit, square micrometre as a rule */
    const char *odd; /* NS_OTHER: what is not understood */
    ns_supply_t *supply;
    bool has_power; /* any internal_power or leakage */
    int powers;     /* internal_power groups of all pins */
    int pins;
    ns_pin_t *pin; /* [pins]; expressions number the pins so, and IQ and IQN as pins and pins + 1 */
    ns_expr_t next_state, clocked_on, clear, preset; /* NS_FLIP_FLOP; clear and preset act at once */
    char both[2];                                    /* IQ and IQN while both are active: L, H, N (no change), T (the other) */
    int clock_pin;                                   /* the only pin of clocked_on */
    bool falling;                                    /* clocked_on is its inverse */
    struct ns_cell *hash_next;
} ns_cell_t;

typedef struct ns_library {
    const char *name;
    double volt, slew; /* slew: the tables' input slew, second */
    int cells;
    ns_cell_t **hash;
    ns_arena_t arena;
} ns_library_t;

/* Reads PATH at an input slew in seconds. 0, or -1 with FILE:LINE, field and what was expected in error. Free it in any case. */
int ns_library_read(ns_library_t *library, const char *path, double slew, char *error);

/* The same from memory; text may go afterwards and path is only for messages. */
int ns_library_parse(ns_library_t *library, const char *path, const char *text, size_t size, double slew, char *error);

/* NULL when there is no such cell. */
const ns_cell_t *ns_library_find(const ns_library_t *library, const char *name);

/* Number of the pin, or -1. */
int ns_cell_pin(const ns_cell_t *cell, const char *name);

void ns_library_free(ns_library_t *library);

#ifdef __cplusplus
}
#endif
#endif
