// trace_fuzz.cc - the trace reader on damaged files. Twin: cmodel/trace/flx_trace_read.c
// SPDX-License-Identifier: Apache-2.0
//
//   trace_fuzz [--seconds S] [--seed N] CORPUS_DIR
// Mutates the corpus in three ways: bytes of the zip archive; bytes of a member, packed again so that the CRC is right; and
// fields of meta.json, replaced by awkward values, packed again. Runs under ASan and UBSan; a trace that is accepted must also
// survive the golden model. With -fsanitize=fuzzer LLVMFuzzerTestOneInput is the entry.
#include <dirent.h>
#include <zip.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "flx/flx.h"

namespace {

using Bytes = std::vector<uint8_t>;
const char *const members[] = {"meta.json", "a.npy", "b.npy", "c.npy"};

uint64_t state = 1, accepted = 0;

uint64_t word()
{
    uint64_t x = state += 0x9E3779B97F4A7C15U;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31);
}
std::size_t below(std::size_t n) { return static_cast<std::size_t>(word() % n); }

Bytes read_file(const std::string &path)
{
    Bytes out;
    FILE *file = fopen(path.c_str(), "rb");
    if (file == nullptr) return out;
    uint8_t buffer[65536];
    for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, file)) != 0;) out.insert(out.end(), buffer, buffer + n);
    fclose(file);
    return out;
}

std::vector<Bytes> unpack(const Bytes &archive)
{
    std::vector<Bytes> out(4);
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(archive.data(), archive.size(), 0, &error);
    zip_t *zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (zip == nullptr) return out;
    for (int i = 0; i < 4; i++) {
        zip_stat_t stat;
        zip_file_t *file = zip_fopen(zip, members[i], 0);
        if (file == nullptr || zip_stat(zip, members[i], 0, &stat) != 0) continue;
        out[static_cast<std::size_t>(i)].resize(stat.size);
        zip_fread(file, out[static_cast<std::size_t>(i)].data(), stat.size);
        zip_fclose(file);
    }
    zip_discard(zip);
    return out;
}

// A stored (not deflated) archive of the members.
Bytes pack(const std::vector<Bytes> &content)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *target = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip_t *zip = zip_open_from_source(target, ZIP_TRUNCATE, &error);
    zip_source_keep(target);
    for (std::size_t i = 0; i < 4; i++) {
        if (below(200) == 0) continue; // a missing member
        zip_source_t *source = zip_source_buffer(zip, content[i].data(), content[i].size(), 0);
        const zip_int64_t index = zip_file_add(zip, members[i], source, 0);
        zip_set_file_compression(zip, static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0);
    }
    Bytes out;
    if (zip_close(zip) == 0 && zip_source_open(target) == 0) {
        zip_source_seek(target, 0, SEEK_END);
        out.resize(static_cast<std::size_t>(zip_source_tell(target)));
        zip_source_seek(target, 0, SEEK_SET);
        zip_source_read(target, out.data(), out.size());
        zip_source_close(target);
    }
    zip_source_free(target);
    return out;
}

void damage(Bytes &bytes, std::size_t reach)
{
    for (std::size_t n = 1 + below(4); n > 0 && !bytes.empty(); n--) {
        const std::size_t at = below(bytes.size() < reach ? bytes.size() : reach);
        switch (below(5)) {
        case 0: bytes[at] ^= static_cast<uint8_t>(1U << below(8)); break;
        case 1: bytes[at] = static_cast<uint8_t>(word()); break;
        case 2: bytes.erase(bytes.begin() + static_cast<long>(at)); break;
        case 3: bytes.insert(bytes.begin() + static_cast<long>(at), static_cast<uint8_t>(word())); break;
        default: bytes.resize(at); break;
        }
    }
}

// Replaces one value of the JSON text.
void lie(Bytes &meta)
{
    static const char *const values[] = {"0", "-1", "1", "2", "31", "32", "255", "65536", "268435456", "2147483648", "4294967296", "9223372036854775807", "1e308", "0.5",
                                         "true", "null", "\"\"", "\"paper\"", "\"stochastic\"", "[]", "[[1,2]]", "[[70000,2]]", "{}", "\"\\u0001\\ud83d\\ude00\"", "nan"};
    std::string text(meta.begin(), meta.end());
    std::vector<std::size_t> colons;
    for (std::size_t i = 0; i < text.size(); i++)
        if (text[i] == ':') colons.push_back(i);
    if (colons.empty()) return;
    const std::size_t start = colons[below(colons.size())] + 1;
    const std::size_t end = text.find_first_of(",}\n", start);
    if (end == std::string::npos) return;
    text.replace(start, end - start, values[below(sizeof values / sizeof values[0])]);
    meta.assign(text.begin(), text.end());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    flx_trace_t trace;
    char error[FLX_TRACE_ERROR_BYTES];
    if (flx_trace_parse("fuzz", data, size, &trace, error) != 0) {
        if (strncmp(error, "fuzz: ", 6) != 0 || strchr(error, '\n') != nullptr || trace.a != nullptr) abort(); // one line that names the file
        return 0;
    }
    accepted++;
    if (trace.op.m * trace.op.n * trace.op.k < 1000000) {
        std::vector<int16_t> c(trace.op.m * trace.op.n);
        flx_stats_t stats;
        if (flx_gemm_run(&trace.op, trace.a, trace.b, c.data(), &stats, nullptr, 1) != FLX_OK) abort();
    }
    flx_trace_free(&trace);
    return 0;
}

#ifndef FLX_LIBFUZZER
int main(int argc, char **argv)
{
    long seconds = 10;
    const char *corpus = nullptr;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--seconds") == 0 && i + 1 < argc) seconds = atol(argv[++i]);
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) state = strtoull(argv[++i], nullptr, 10);
        else corpus = argv[i];
    }
    std::vector<Bytes> files;
    DIR *directory = corpus == nullptr ? nullptr : opendir(corpus);
    if (directory == nullptr) {
        fprintf(stderr, "trace_fuzz: CORPUS_DIR is %s, expected a directory of traces\n", corpus == nullptr ? "missing" : corpus);
        return 2;
    }
    for (const dirent *entry; (entry = readdir(directory)) != nullptr;)
        if (entry->d_name[0] != '.') files.push_back(read_file(std::string(corpus) + "/" + entry->d_name));
    closedir(directory);
    std::vector<std::vector<Bytes>> unpacked;
    for (const Bytes &file : files) {
        LLVMFuzzerTestOneInput(file.data(), file.size());
        unpacked.push_back(unpack(file));
    }
    if (files.empty()) {
        fprintf(stderr, "trace_fuzz: %s: no files, expected traces\n", corpus);
        return 2;
    }
    const time_t end = time(nullptr) + seconds;
    time_t said = time(nullptr);
    uint64_t inputs = 0;
    for (; time(nullptr) < end; inputs++) {
        const std::size_t pick = below(files.size()), way = below(4);
        Bytes input;
        if (way == 0) {
            input = files[pick];
            damage(input, SIZE_MAX);
        } else {
            std::vector<Bytes> content = unpacked[pick];
            if (way == 1) damage(content[below(4)], 160);
            else for (std::size_t n = 1 + below(2); n > 0; n--) lie(content[0]);
            input = pack(content);
        }
        LLVMFuzzerTestOneInput(input.data(), input.size());
        if (time(nullptr) - said >= 30) {
            said = time(nullptr);
            fprintf(stderr, "trace_fuzz: %llu inputs, %ld s left\n", static_cast<unsigned long long>(inputs), static_cast<long>(end - said));
        }
    }
    printf("trace_fuzz: %llu inputs in %ld s, %llu accepted, no crash\n", static_cast<unsigned long long>(inputs), seconds, static_cast<unsigned long long>(accepted));
    return accepted > 0 ? 0 : 1;
}
#endif
