// fail_alloc.cc - malloc, calloc, realloc, aligned_alloc and free of the whole process, in front of glibc's or the sanitizer's. Header: fail_alloc.h
// SPDX-License-Identifier: Apache-2.0
//
// FAIL_ALLOC_ASAN: linked with AddressSanitizer. This file itself is not instrumented: it runs before the sanitizer does. Allocations of
// other threads succeed then: the sanitizer does not survive a thread that starts without memory.
#include "fail_alloc.h"

#include <link.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(FAIL_ALLOC_ASAN)
#define REAL(name) __interceptor_##name
#define REAL_ALIGNED __interceptor_memalign
#else
#define REAL(name) __libc_##name
#define REAL_ALIGNED __libc_memalign
#endif

extern "C" {
void *REAL(malloc)(size_t size);
void *REAL(calloc)(size_t count, size_t size);
void *REAL(realloc)(void *memory, size_t size);
void *REAL_ALIGNED(size_t alignment, size_t size);
void REAL(free)(void *memory);
}

namespace {

std::atomic<bool> armed{false}, all_the_rest{false};
std::atomic<uint64_t> fatal{0}, asked{0}, refused{0};

#if defined(FAIL_ALLOC_ASAN)
pthread_t armed_by;
bool is_spared() { return !pthread_equal(armed_by, pthread_self()); }
#else
bool is_spared() { return false; }
#endif

bool fails()
{
    if (!armed || is_spared()) return false;
    const uint64_t number = ++asked;
    if (fatal == 0 || number < fatal || (number > fatal && !all_the_rest)) return false;
    refused++;
    errno = ENOMEM;
    return true;
}

// Where libzip's code lies.
uintptr_t libzip_first = 0, libzip_end = 0;

int find_libzip(dl_phdr_info *info, size_t, void *)
{
    if (strstr(info->dlpi_name, "libzip.so") == nullptr) return 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) &part = info->dlpi_phdr[i];
        if (part.p_type != PT_LOAD || (part.p_flags & PF_X) == 0) continue;
        libzip_first = info->dlpi_addr + part.p_vaddr;
        libzip_end = libzip_first + part.p_memsz;
    }
    return 1;
}

// What is allocated and not freed yet.
struct Live {
    void *memory;
    bool libzip;
};
constexpr size_t LIVE_MAX = 1 << 12;
Live live[LIVE_MAX];
size_t live_count = 0;
bool live_overflow = false;
std::atomic_flag live_lock = ATOMIC_FLAG_INIT;

struct Lock {
    Lock()
    {
        while (live_lock.test_and_set(std::memory_order_acquire)) {}
    }
    ~Lock() { live_lock.clear(std::memory_order_release); }
};

void *noted(void *memory, void *caller)
{
    if (!armed || memory == nullptr) return memory;
    const auto from = reinterpret_cast<uintptr_t>(caller);
    const Lock lock;
    if (live_count < LIVE_MAX) live[live_count++] = {memory, from >= libzip_first && from < libzip_end};
    else live_overflow = true;
    return memory;
}

// Of another address from now on, NULL: of none. What was allocated before is not known here.
void moved_to(void *memory, void *to)
{
    const Lock lock;
    for (size_t i = live_count; i-- > 0;) {
        if (live[i].memory != memory) continue;
        if (to != nullptr) live[i].memory = to;
        else live[i] = live[--live_count];
        return;
    }
}

} // namespace

extern "C" {

void *malloc(size_t size)
{
    return fails() ? nullptr : noted(REAL(malloc)(size), __builtin_return_address(0));
}

void *calloc(size_t count, size_t size)
{
    return fails() ? nullptr : noted(REAL(calloc)(count, size), __builtin_return_address(0));
}

void *realloc(void *memory, size_t size)
{
    if (fails()) return nullptr;
    void *moved = REAL(realloc)(memory, size);
    if (memory == nullptr) return noted(moved, __builtin_return_address(0));
    if (armed && (moved != nullptr || size == 0)) moved_to(memory, moved);
    return moved;
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? nullptr : noted(REAL_ALIGNED(alignment, size), __builtin_return_address(0));
}

void free(void *memory)
{
    if (armed && memory != nullptr) moved_to(memory, nullptr); // before another thread can get it
    REAL(free)(memory);
}

} // extern "C"

namespace fail_alloc {

void arm(uint64_t n, bool rest)
{
    if (libzip_end == 0) dl_iterate_phdr(find_libzip, nullptr);
    fatal = n;
    all_the_rest = rest;
    asked = refused = 0;
    live_count = 0;
    live_overflow = false;
#if defined(FAIL_ALLOC_ASAN)
    armed_by = pthread_self();
#endif
    armed = true;
}

Seen disarm()
{
    armed = false;
    Seen seen = {refused, live_overflow ? LIVE_MAX : 0, 0};
    for (size_t i = 0; i < live_count; i++) {
        if (live[i].libzip) seen.libzip++, REAL(free)(live[i].memory);
        else seen.kept++;
    }
    return seen;
}

} // namespace fail_alloc
