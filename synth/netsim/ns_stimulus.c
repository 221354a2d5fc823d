/* ns_stimulus.c - inputs and expected outputs of a netlist. Header: ns_stimulus.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_stimulus.h"

#include <stdlib.h>
#include <string.h>

void ns_stimulus_init(ns_stimulus_t *s, const char *unit, int lanes)
{
    *s = (ns_stimulus_t){.lanes = lanes};
    strncat(s->unit, unit, sizeof s->unit - 1);
}

int ns_stimulus_port(ns_stimulus_t *s, const char *name, bool output, int width)
{
    if (s->signals == NS_STIM_PORTS) return -1;
    ns_signal_t *signal = &s->signal[s->signals];
    *signal = (ns_signal_t){.output = output, .width = width, .first = output ? s->outputs : s->inputs};
    strncat(signal->name, name, sizeof signal->name - 1);
    if (output) s->outputs += width;
    else s->inputs += width;
    return s->signals++;
}

void ns_stimulus_cycle(ns_stimulus_t *s)
{
    if (s->cycles == s->room) {
        s->room = s->room * 2 + 64;
        s->in = ns_grow(s->in, s->room * (size_t)s->inputs * sizeof *s->in);
        s->out = ns_grow(s->out, s->room * (size_t)s->outputs * sizeof *s->out);
        s->care = ns_grow(s->care, s->room * (size_t)s->signals * sizeof *s->care);
    }
    memset(s->in + s->cycles * (size_t)s->inputs, 0, (size_t)s->inputs * sizeof *s->in);
    memset(s->out + s->cycles * (size_t)s->outputs, 0, (size_t)s->outputs * sizeof *s->out);
    memset(s->care + s->cycles * (size_t)s->signals, 0, (size_t)s->signals * sizeof *s->care);
    s->cycles++;
}

void ns_stimulus_put(ns_stimulus_t *s, int number, int lane, int at, int width, uint64_t value)
{
    const ns_signal_t *signal = &s->signal[number];
    const size_t cycle = s->cycles - 1;
    uint64_t *bits = signal->output ? s->out + cycle * (size_t)s->outputs : s->in + cycle * (size_t)s->inputs;
    bits += signal->first + at;
    const uint64_t mask = UINT64_C(1) << lane;
    for (int i = 0; i < width && at + i < signal->width; i++) bits[i] = (value >> i & 1) != 0 ? bits[i] | mask : bits[i] & ~mask;
    if (signal->output) s->care[cycle * (size_t)s->signals + (size_t)number] |= mask;
}

void ns_stimulus_put_words(ns_stimulus_t *s, int signal, int lane, const uint32_t *words)
{
    for (int at = 0; at < s->signal[signal].width; at += 32) ns_stimulus_put(s, signal, lane, at, 32, words[at / 32]);
}

void ns_stimulus_free(ns_stimulus_t *s)
{
    free(s->in);
    free(s->out);
    free(s->care);
    *s = (ns_stimulus_t){.lanes = 0};
}

int ns_stimulus_fits(const ns_stimulus_t *s, const ns_netlist_t *netlist, char *error)
{
    for (int i = 0; i < s->signals; i++) {
        const ns_signal_t *signal = &s->signal[i];
        const ns_port_t *port = ns_netlist_port(netlist, signal->name);
        if (port == NULL) return ns_fail(error, "stimulus: port %s is not in module %s, expected one of its ports", signal->name, netlist->top);
        if (port->output != signal->output || port->width != signal->width)
            return ns_fail(error, "stimulus: port %s is an %s of %d bits, module %s expects an %s of %d", signal->name, signal->output ? "output" : "input",
                           signal->width, netlist->top, port->output ? "output" : "input", port->width);
    }
    for (uint32_t p = 0; p < netlist->ports; p++) {
        bool driven = netlist->port[p].output || strcmp(netlist->port[p].name, "clk_i") == 0;
        for (int i = 0; i < s->signals; i++) driven |= strcmp(s->signal[i].name, netlist->port[p].name) == 0;
        if (!driven) return ns_fail(error, "stimulus: input %s of module %s is missing, expected it", netlist->port[p].name, netlist->top);
    }
    return 0;
}
