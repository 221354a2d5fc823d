// programs.cc - random programs for the co-simulation. Twin: verif/cosim/random_test.cc
// SPDX-License-Identifier: Apache-2.0
#include "programs.h"

#include <algorithm>
#include <stdexcept>

namespace flx {
namespace {

enum Kind { SMALL, FULL, EXTREME, ZERO, POWERS, LOWEST, KINDS };

int16_t draw(Kind kind, uint32_t bits, Random &random)
{
    const int32_t top = INT32_C(1) << (bits - 1);
    switch (kind) {
    case SMALL: return static_cast<int16_t>(static_cast<int32_t>(random.below(31)) - 15);
    case EXTREME: {
        const int32_t values[] = {-top, -top + 1, top - 1, top - 2, 0, 1, -1, top / 2};
        return static_cast<int16_t>(values[random.below(8)]);
    }
    case ZERO: return 0;
    case POWERS: { // sums of powers of two meet rounding ties
        const int32_t power = INT32_C(1) << random.below(bits - 1);
        return static_cast<int16_t>(random.one_in(2) ? power : -power);
    }
    case LOWEST: return static_cast<int16_t>(-top);
    default: return static_cast<int16_t>(static_cast<int32_t>(random.below(2U * static_cast<uint32_t>(top))) - top);
    }
}

uint32_t dimension(Random &random, uint32_t grid, uint32_t largest)
{
    switch (random.below(6)) {
    case 0: return 1;
    case 1: return std::min(largest, grid);
    case 2: return std::min(largest, random.between(1, grid));
    case 3: return std::min(largest, grid * random.between(1, 4));
    default: return random.between(1, largest);
    }
}

flx_cmd_t random_gemm(const flx_config_t &config, Random &random, uint32_t tensors, uint64_t products)
{
    // Tall, wide, deep or even: two of three dimensions are bounded by what is left of the products.
    uint32_t m = dimension(random, config.rows, 5 * config.rows);
    uint32_t n = dimension(random, config.cols, 5 * config.cols);
    uint32_t k = dimension(random, config.lanes, 40 * config.lanes);
    while (static_cast<uint64_t>(m) * n * k > products && (m > 1 || n > 1 || k > 1)) {
        uint32_t &largest = m >= n && m >= k ? m : n >= k ? n : k;
        largest = std::max(1U, largest / 2);
    }
    flx_cmd_t cmd = gemm_command(random.below(tensors), random.below(tensors), random.below(tensors), m, n, k);
    cmd.rounding = random.below(config.stoch_en ? 5 : 4);
    cmd.seed = static_cast<uint32_t>(random.word());
    cmd.chunk = config.chunk_en && random.one_in(3);
    cmd.dry_run = random.one_in(6);
    cmd.rare = random.one_in(5);
    return cmd;
}

flx_cmd_t random_admin(const flx_config_t &config, Random &random, uint32_t tensors)
{
    const uint32_t exp_max = (UINT32_C(1) << config.exp_bits) - 1;
    flx_cmd_t cmd = {};
    cmd.tensor_c = random.below(tensors);
    switch (random.below(8)) {
    case 0: cmd.op = FLX_OP_NOP; cmd.tensor_c = random.below(256); break;
    case 1: cmd.op = FLX_OP_GET; break;
    case 2:
    case 3:
    case 4:
        cmd.op = FLX_OP_PUSH;
        cmd.exp = random.between(0, exp_max);
        cmd.hist_gamma = random.one_in(8) ? UINT32_C(1) << config.mant_bits : random.below(UINT32_C(1) << config.mant_bits);
        break;
    case 5:
        cmd.op = FLX_OP_CONFIG;
        cmd.profile = random.below(2);
        cmd.alpha = random.between(1, 15);
        cmd.beta = random.between(0, 15);
        cmd.gamma = random.below(8192);
        cmd.window = random.between(1, 16);
        break;
    default:
        cmd = set_command(cmd.tensor_c, random.between(0, exp_max), static_cast<flx_af_state_t>(random.below(3)));
        if (random.one_in(2)) cmd.hist_gamma = random.one_in(3) ? UINT32_C(1) << random.below(config.mant_bits) : random.below(1U << (config.mant_bits - 1));
    }
    return cmd;
}

// A command that the core must refuse.
flx_cmd_t random_refused(const flx_config_t &config, Random &random)
{
    flx_cmd_t cmd = gemm_command(0, 1, 2, 3, 3, 3);
    const uint32_t no_such = config.tensors < FLX_TENSORS_MAX ? random.between(config.tensors, FLX_TENSORS_MAX - 1) : 0; // 0: every number is a tensor's
    switch (random.below(12)) {
    case 0: cmd.op = random.between(FLX_OP_CONFIG + 1, 15); break;
    case 1: cmd.m = 0; break;
    case 2: cmd.n = 0; break;
    case 3: cmd.k = 0; break;
    case 4: (no_such == 0 ? cmd.m : cmd.tensor_a) = no_such; break;
    case 5: (no_such == 0 ? cmd.n : cmd.tensor_b) = no_such; break;
    case 6: (no_such == 0 ? cmd.k : cmd.tensor_c) = no_such; break;
    case 7: cmd.rounding = random.between(FLX_ROUND_STOCHASTIC + 1, 7); break;
    case 8: cmd = set_command(1, 0, FLX_AF_MANUAL); cmd.state = 3; break;
    case 9:
        cmd = set_command(no_such, 0, FLX_AF_RUN);
        if (no_such == 0) cmd.hist_gamma = (UINT32_C(1) << (config.mant_bits - 1)) + 1;
        break;
    case 10:
        cmd = {};
        cmd.op = FLX_OP_PUSH;
        cmd.hist_gamma = (UINT32_C(1) << config.mant_bits) + 1;
        break;
    default:
        cmd = {};
        cmd.op = FLX_OP_CONFIG;
        cmd.alpha = random.below(2);
        cmd.window = cmd.alpha == 0 ? 16 : random.one_in(2) ? 0 : random.between(17, 31);
    }
    if (cmd.op == FLX_OP_GEMM && !config.stoch_en && random.one_in(4)) cmd.rounding = FLX_ROUND_STOCHASTIC;
    if (cmd.op == FLX_OP_GEMM && !config.chunk_en && random.one_in(4)) cmd.chunk = 1;
    return cmd;
}

} // namespace

void Program::append(flx_program_item_t item)
{
    item.fault = fault_;
    fault_ = {};
    if (!flx_program_add(&program_, &item)) throw std::bad_alloc();
}

void Program::add(const flx_cmd_t &cmd)
{
    flx_program_item_t item = {};
    item.cmd = cmd;
    append(item);
}

void Program::add_gemm(const flx_config_t &config, const flx_cmd_t &cmd, Random &random, const Largest *largest)
{
    flx_program_item_t item = {};
    item.cmd = cmd;
    const std::size_t size[2] = {static_cast<std::size_t>(cmd.m) * cmd.k, static_cast<std::size_t>(cmd.k) * cmd.n};
    for (int operand = 0; operand < 2; operand++) {
        const Kind kind = static_cast<Kind>(random.below(KINDS));
        data_.emplace_back(size[operand]);
        for (int16_t &x : data_.back())
            x = largest == nullptr ? draw(kind, config.mant_bits, random) : static_cast<int16_t>(-static_cast<int32_t>(operand == 0 ? largest->a : largest->b));
        (operand == 0 ? item.a : item.b) = data_.back().data();
    }
    item.trans_a = random.one_in(2);
    item.trans_b = random.one_in(2);
    append(item);
}

flx_cmd_t gemm_command(uint32_t tensor_a, uint32_t tensor_b, uint32_t tensor_c, uint32_t m, uint32_t n, uint32_t k)
{
    flx_cmd_t cmd = {};
    cmd.op = FLX_OP_GEMM;
    cmd.tensor_a = tensor_a;
    cmd.tensor_b = tensor_b;
    cmd.tensor_c = tensor_c;
    cmd.m = m;
    cmd.n = n;
    cmd.k = k;
    return cmd;
}

flx_cmd_t set_command(uint32_t tensor, uint32_t exp, flx_af_state_t state)
{
    flx_cmd_t cmd = {};
    cmd.op = FLX_OP_SET;
    cmd.tensor_c = tensor;
    cmd.exp = exp;
    cmd.state = state;
    return cmd;
}

bool has_deep_products(const flx_config_t &config)
{
    return config.acc_bits >= FLX_ACC_BITS_EXACT && flx_depth_max(flx_config_format(&config)) < FLX_DIM_MAX;
}

namespace {

// A product that fits by what its operands hold, or is one too large, or is of operands that nobody knows.
void add_deep(const flx_config_t &config, Random &random, Program &program)
{
    const uint32_t depth = static_cast<uint32_t>(flx_depth_max(flx_config_format(&config))), lowest = UINT32_C(1) << (config.mant_bits - 1);
    const uint32_t k = depth + random.between(1, depth / 2), g_a = random.one_in(3) ? lowest : random.between(lowest / 4, lowest);
    const uint64_t end = (UINT64_C(1) << (config.acc_bits - 1)) - 1;
    const uint32_t fits = static_cast<uint32_t>(std::min<uint64_t>(lowest, end / (static_cast<uint64_t>(k) * g_a)));
    const uint32_t g_b = std::min(lowest, fits + random.below(2));
    flx_cmd_t set = set_command(0, 10, FLX_AF_MANUAL);
    set.hist_gamma = g_a;
    program.add(set);
    set.tensor_c = 1;
    set.hist_gamma = random.one_in(4) ? 0 : g_b;
    program.add(set);
    flx_cmd_t cmd = gemm_command(random.below(2), 1, 1, 1, random.between(1, 2), k);
    if (cmd.tensor_a == 1) cmd.tensor_a = 0, cmd.tensor_c = 0;
    cmd.dry_run = random.one_in(4);
    if (random.one_in(2)) { // what A holds is known when the write under way is finished: it must be waited for
        program.add_gemm(config, gemm_command(1, 1, cmd.tensor_a, config.rows, config.cols, config.lanes), random);
        const Program::Largest ones = {1, 1};
        program.add_gemm(config, cmd, random, &ones);
        return;
    }
    const Program::Largest largest = {g_a, g_b > fits ? fits : g_b};
    program.add_gemm(config, cmd, random, &largest);
}

// Two bits of a tensor's entry, statistics or window; a bad word of the window is met by the prediction behind it.
void add_fault(const flx_config_t &config, Random &random, uint32_t tensors, Program &program)
{
    const flx_cycle_word_t word = static_cast<flx_cycle_word_t>(random.between(FLX_CYCLE_WORD_ENTRY, FLX_CYCLE_WORD_WINDOW));
    const uint32_t tensor = random.below(std::min(tensors, 4U)), older = random.below(4);
    if (word == FLX_CYCLE_WORD_WINDOW) {
        program.add(set_command(tensor, 9, FLX_AF_RUN));
        for (uint32_t i = 0; i <= older; i++) {
            flx_cmd_t push = set_command(tensor, 8 + i, FLX_AF_MANUAL);
            push.op = FLX_OP_PUSH;
            push.hist_gamma = random.below(UINT32_C(1) << (config.mant_bits - 1));
            program.add(push);
        }
    }
    program.corrupt(word, tensor, older);
    if (word == FLX_CYCLE_WORD_WINDOW) program.add_gemm(config, gemm_command(tensor, tensor, tensor, 1, 1, 1), random);
}

} // namespace

bool reaches_the_end(const flx_config_t &config, uint64_t products)
{
    return config.acc_bits < FLX_ACC_BITS_EXACT && 8 * flx_depth_max(flx_config_format(&config)) < products;
}

void random_program(const flx_config_t &config, Random &random, uint32_t commands, uint64_t products, Program &program)
{
    // Few tensors make commands wait for one another, many let them run ahead.
    const uint32_t tensors = random.one_in(2) ? random.between(1, 3) : config.tensors;
    const uint32_t exp_max = (UINT32_C(1) << config.exp_bits) - 1;
    const uint32_t mix = random.below(3); // 0: only multiplies after the set-up
    for (uint32_t t = 0; t < std::min(tensors, 4U); t++) {
        if (random.one_in(4)) continue; // stays as reset leaves it: initialising
        const uint32_t exp = random.one_in(3) ? random.between(0, exp_max) : std::min(exp_max, config.mant_bits / 2 + random.below(8));
        program.add(set_command(t, exp, static_cast<flx_af_state_t>(random.below(3))));
    }
    if (has_deep_products(config) && random.one_in(12)) add_deep(config, random, program);
    const bool faults = random.one_in(4);
    uint64_t left = products;
    for (uint32_t i = 0; i < commands && left > 0; i++) {
        const uint32_t pick = mix == 0 ? 9 : random.below(10);
        if (faults && random.one_in(4)) add_fault(config, random, tensors, program);
        if (pick == 0) program.add(random_refused(config, random));
        else if (pick <= mix * 2) program.add(random_admin(config, random, tensors));
        else {
            flx_cmd_t cmd = random_gemm(config, random, tensors, std::max<uint64_t>(1, left / 2));
            const bool beyond = reaches_the_end(config, left) && random.one_in(8);
            if (beyond) { // one or two rows and columns, deeper than what always fits
                const uint32_t depth = static_cast<uint32_t>(flx_depth_max(flx_config_format(&config)));
                cmd.m = random.between(1, 2);
                cmd.n = random.between(1, 2);
                cmd.k = depth + random.between(1, depth);
            }
            const uint32_t lowest = UINT32_C(1) << (config.mant_bits - 1);
            const Program::Largest largest = {lowest, lowest};
            program.add_gemm(config, cmd, random, beyond ? &largest : nullptr);
            left -= std::min(left, static_cast<uint64_t>(cmd.m) * cmd.n * cmd.k);
        }
    }
}

} // namespace flx
