// fst_read.cc - what stands in a waveform: its signals, or their values at a time. Twin: sim/rtl/wave_view.cc
// SPDX-License-Identifier: Apache-2.0
//   fst_read FILE                  every signal, as a viewer names it: TOP.flx_core.u_seq.gap_q[3:0]
//   fst_read FILE TIME SIGNAL..    each value in binary
// Exit 0, or 1 if there is no such file or signal.
#include <gtkwave/fstapi.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

int main(int argc, char **argv)
{
    void *fst = argc > 1 ? fstReaderOpen(argv[1]) : nullptr;
    if (fst == nullptr) {
        fprintf(stderr, "fst_read: %s: file is no waveform, expected an FST file\n", argc > 1 ? argv[1] : "FILE");
        return 1;
    }
    std::vector<std::string> scope;
    std::map<std::string, fstHandle> signal;
    while (const fstHier *h = fstReaderIterateHier(fst)) {
        if (h->htyp == FST_HT_SCOPE) scope.push_back(h->u.scope.name);
        if (h->htyp == FST_HT_UPSCOPE) scope.pop_back();
        if (h->htyp != FST_HT_VAR) continue;
        std::string name;
        for (const std::string &s : scope) name += s + ".";
        name += h->u.var.name;
        const std::size_t blank = name.rfind(" ["); // a viewer leaves it out
        if (blank != std::string::npos) name.erase(blank, 1);
        signal[name] = h->u.var.handle;
    }
    if (argc == 2) {
        for (const auto &s : signal) printf("%s\n", s.first.c_str());
    }
    int code = 0;
    for (int i = 3; i < argc; i++) {
        const auto found = signal.find(argv[i]);
        static char value[1 << 16];
        if (found == signal.end()) {
            fprintf(stderr, "fst_read: %s: signal is missing in %s\n", argv[i], argv[1]);
            code = 1;
        } else {
            printf("%s\n", fstReaderGetValueFromHandleAtTime(fst, strtoull(argv[2], nullptr, 10), found->second, value));
        }
    }
    fstReaderClose(fst);
    return code;
}
