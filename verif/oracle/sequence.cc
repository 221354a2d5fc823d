// sequence.cc - random sequences of a host's commands. Header: sequence.h
// SPDX-License-Identifier: Apache-2.0
#include "sequence.h"

#include <cstdlib>
#include <new>

namespace oracle {
namespace {

unsigned long largest(const Matrix &x)
{
    unsigned long g = 0;
    for (const int16_t v : x) g = std::max(g, static_cast<unsigned long>(std::labs(v)));
    return g;
}

} // namespace

const char *event_name(Event event)
{
    static const char *const names[EVENTS] = {
        "writes", "writes in INIT", "writes in RUN", "writes that overflowed", "dry runs in INIT", "dry runs in RUN", "dry runs in MANUAL", "dry runs of a tensor with values",
        "values read back", "values read back after a dry run", "commands refused by their checks", "GEMMs void for A", "GEMMs void for B", "GEMMs void for C",
        "values that could not be read back", "windows lost", "statistics lost", "deep GEMMs", "GEMMs that could overflow"};
    return names[event];
}

Sequence::Sequence(const flx_config_t &config, flx::Random &random, unsigned commands, bool is_deep)
    : config_(config), random_(random), table_(config), side_(random.between(1, 3))
{
    const std::size_t size = static_cast<std::size_t>(side_) * side_;
    Matrix identity(size, 0);
    for (std::size_t i = 0; i < side_; i++) identity[i * side_ + i] = 1;
    for (unsigned t = 0; t < tensors; t++) held_[t] = {draw(size), 0}; // not set: the host reads them at the exponent of reset
    set(one, 0, 0, identity, true);
    for (unsigned t = 0; t < tensors; t++)
        if (random_.below(3) != 0) set(t, static_cast<int>(random_.between(2, 14)), random_.below(3), draw(size), random_.one_in(2));
    const unsigned when = random_.below(commands);
    for (unsigned i = 0; i < commands; i++) {
        random_step();
        if (is_deep && i == when) deep();
    }
    for (unsigned t = 0; t < tensors; t++) read_back(t);
}

Matrix Sequence::draw(std::size_t count)
{
    const uint32_t bits = random_.between(1, config_.mant_bits); // of the magnitudes, small or up to the format's end
    Matrix x(count);
    for (int16_t &v : x) v = static_cast<int16_t>(static_cast<int32_t>(random_.below(UINT32_C(1) << bits)) - static_cast<int32_t>(UINT32_C(1) << (bits - 1)));
    return x;
}

void Sequence::add(const flx_cmd_t &cmd, const Matrix &a, const Matrix &b)
{
    flx_program_item_t item = {};
    item.cmd = cmd;
    item.fault = fault_;
    fault_ = {};
    step_.emplace_back();
    step_.back().answer = table_.run(cmd, a, b);
    if (step_.back().answer.takes) {
        data_.push_back(a);
        item.a = data_.back().data();
        data_.push_back(b);
        item.b = data_.back().data();
    }
    if (!flx_program_add(&program_, &item)) throw std::bad_alloc();
}

// tell: the table learns how large the values are.
void Sequence::set(unsigned tensor, int exp, unsigned state, const Matrix &mantissa, bool tell)
{
    flx_cmd_t cmd = {};
    cmd.op = FLX_OP_SET;
    cmd.tensor_c = tensor;
    cmd.exp = static_cast<uint32_t>(exp);
    cmd.state = state;
    cmd.hist_gamma = tell ? static_cast<uint32_t>(largest(mantissa)) : 0;
    add(cmd, {}, {});
    held_[tensor] = {mantissa, exp};
    dried_[tensor] = false;
}

void Sequence::count_gemm(const flx_cmd_t &cmd, const Entry &before, const Answer &answer)
{
    const unsigned status = answer.rsp.status;
    if (status == FLX_STATUS_BAD_DEPTH) met_[BAD_DEPTH]++;
    if (status == FLX_STATUS_ECC && !answer.gives) {
        met_[VOID_A] += table_.entry(cmd.tensor_a).bad;
        met_[VOID_B] += table_.entry(cmd.tensor_b).bad;
        met_[VOID_C] += before.bad;
    }
    met_[WINDOW_LOST] += status == FLX_STATUS_ECC && answer.gives;
    if (answer.gives) {
        met_[WRITE]++;
        met_[WRITE_INIT] += before.state == 1;
        met_[WRITE_RUN] += before.state == 2;
        met_[OVERFLOW] += answer.rsp.overflow;
    } else if (status == FLX_STATUS_OK) {
        met_[before.state == 0 ? DRY_MANUAL : before.state == 1 ? DRY_INIT : DRY_RUN]++;
        met_[DRY_OVER_VALUES] += before.exp != before.exp_next;
        dried_[cmd.tensor_c] = true;
    }
}

void Sequence::gemm(unsigned a, unsigned b, unsigned c)
{
    flx_cmd_t cmd = flx::gemm_command(a, b, c, side_, side_, side_);
    cmd.rounding = c == scratch ? 0 : random_.below(config_.stoch_en != 0 ? 5 : 4);
    cmd.seed = static_cast<uint32_t>(random_.word());
    cmd.chunk = c != scratch && config_.chunk_en != 0 && random_.one_in(6);
    cmd.dry_run = c != scratch && random_.below(3) == 0;
    cmd.rare = random_.one_in(5);
    const Entry before = table_.entry(c);
    add(cmd, held_[a].mantissa, held_[b].mantissa);
    const Answer &answer = step_.back().answer;
    count_gemm(cmd, before, answer);
    if (!answer.gives) return;
    held_[c] = {answer.c, static_cast<int>(answer.rsp.exp)};
    dried_[c] = false;
}

// W x 1, at the exponent at which W was written.
void Sequence::read_back(unsigned tensor)
{
    const Held w = held_[tensor];
    set(scratch, w.exp, 0, w.mantissa, false);
    gemm(tensor, one, scratch);
    if (!step_.back().answer.gives) {
        met_[VOID_READ_BACK]++;
        return;
    }
    met_[READ_BACK]++;
    met_[READ_BACK_AFTER_DRY] += dried_[tensor];
    meaning_.push_back(w);
    step_.back().read_back = static_cast<int>(meaning_.size()) - 1;
}

// A row times a column of equal values about as long as the accumulator allows.
void Sequence::deep()
{
    if (config_.acc_bits < 48) return;
    const uint32_t always = static_cast<uint32_t>(((UINT64_C(1) << (config_.acc_bits - 1)) - 1) >> (2 * config_.mant_bits - 2));
    if (always > 200000) return;
    const uint32_t k = always + (random_.one_in(2) ? random_.below(3) : random_.below(5000));
    const uint64_t end = UINT64_C(1) << (config_.acc_bits - 1), top = UINT64_C(1) << (config_.mant_bits - 1);
    const uint64_t least = std::min(top, (end - 1) / (k * top) + 1); // from it on the largest B may be too large
    const uint64_t g_a = random_.between(static_cast<uint32_t>(least), static_cast<uint32_t>(top));
    const uint64_t g_b = std::min(top, (end - 1) / (k * g_a) + random_.below(2)); // the largest that fits, or one more
    const Matrix a(k, static_cast<int16_t>(-static_cast<int32_t>(g_a))), b(k, static_cast<int16_t>(-static_cast<int32_t>(g_b)));
    set(scratch, 0, 0, a, true);
    set(one - 1, static_cast<int>(random_.below(8)), 0, b, true);
    flx_cmd_t cmd = flx::gemm_command(scratch, one - 1, random_.below(tensors), 1, 1, k);
    cmd.dry_run = 1; // the tensors stay matrices
    const Entry before = table_.entry(cmd.tensor_c);
    add(cmd, a, b);
    met_[DEEP]++;
    count_gemm(cmd, before, step_.back().answer);
}

// A command that its own checks refuse; the host knows, and sends no operands.
void Sequence::refused()
{
    flx_cmd_t cmd = flx::gemm_command(random_.below(tensors), random_.below(tensors), random_.below(tensors), side_, side_, side_);
    const uint32_t beyond = random_.between(config_.tensors, 255);
    switch (random_.below(12)) {
    case 0: cmd.op = random_.between(6, 15); break;
    case 1: cmd.m = 0; break;
    case 2: cmd.n = 0; break;
    case 3: cmd.k = 0; break;
    case 4: cmd.tensor_a = beyond; break;
    case 5: cmd.tensor_b = beyond; break;
    case 6: cmd.tensor_c = beyond; break;
    case 7: cmd.rounding = random_.between(5, 7); break;
    case 8: cmd.op = FLX_OP_SET, cmd.state = 3; break;
    case 9: cmd.op = FLX_OP_SET, cmd.exp = UINT32_C(1) << config_.exp_bits; break;
    case 10: cmd.op = FLX_OP_SET, cmd.hist_gamma = (UINT32_C(1) << (config_.mant_bits - 1)) + 1; break;
    default: cmd.op = FLX_OP_PUSH, cmd.hist_gamma = (UINT32_C(1) << config_.mant_bits) + 1;
    }
    add(cmd, {}, {});
    met_[REFUSED] += step_.back().answer.rsp.status != FLX_STATUS_OK;
}

void Sequence::admin()
{
    flx_cmd_t cmd = {};
    cmd.tensor_c = random_.below(tensors);
    switch (random_.below(8)) {
    case 0: cmd.op = FLX_OP_NOP; break;
    case 1:
        cmd.op = FLX_OP_CONFIG;
        cmd.profile = random_.below(2);
        cmd.alpha = random_.between(1, random_.one_in(2) ? 2 : 15);
        cmd.beta = random_.between(0, 15);
        cmd.gamma = random_.one_in(2) ? 100 : random_.below(8192);
        cmd.window = random_.between(1, 16);
        break;
    case 2:
    case 3:
    case 4:
        cmd.op = FLX_OP_PUSH;
        cmd.exp = random_.one_in(2) ? random_.between(4, 12) : random_.below(UINT32_C(1) << config_.exp_bits);
        cmd.hist_gamma = random_.below((UINT32_C(1) << config_.mant_bits) + 1);
        break;
    default: cmd.op = FLX_OP_GET;
    }
    add(cmd, {}, {});
}

// Before the next command. A word that is bad already stays as it is: the same two bits again would mend it.
void Sequence::fault()
{
    const unsigned tensor = random_.below(tensors), age = random_.below(4), kind = random_.below(6);
    const Entry &e = table_.entry(tensor);
    if (kind == 0 && !e.bad) {
        fault_ = {FLX_CYCLE_WORD_ENTRY, tensor, 0};
        table_.corrupt_entry(tensor);
    } else if (kind == 1 && !e.stats_bad) {
        fault_ = {FLX_CYCLE_WORD_STATS, tensor, 0};
        table_.corrupt_stats(tensor);
        met_[STATS_LOST]++;
    } else if (kind > 1 && age < e.window.size() && !e.window[e.window.size() - 1 - age].bad && !e.bad) {
        fault_ = {FLX_CYCLE_WORD_WINDOW, tensor, age};
        table_.corrupt_window(tensor, age);
    }
}

void Sequence::random_step()
{
    if (random_.one_in(12)) fault();
    const uint32_t pick = random_.below(100);
    const unsigned tensor = random_.below(tensors);
    if (pick < 8) set(tensor, static_cast<int>(random_.one_in(2) ? random_.between(4, 12) : random_.below(UINT32_C(1) << config_.exp_bits)), random_.below(3), draw(held_[tensor].mantissa.size()), random_.one_in(2));
    else if (pick < 32) admin();
    else if (pick < 38) refused();
    else if (pick < 46) read_back(tensor);
    else gemm(random_.one_in(4) ? one : random_.below(tensors), random_.one_in(4) ? one : random_.below(tensors), tensor);
}

} // namespace oracle
