// dump.cc - a random program as stimulus and expected outputs, a line a cycle, for the four-state bench. Twin: verif/fourstate/fourstate_tb.v
// SPDX-License-Identifier: Apache-2.0
//
//   fourstate_dump CONFIG SEED FILE
//
// Line: hex digits of {fault, expected outputs, inputs}, the bench's concatenation. Faults are of entries and statistics. Operands start late: A, B or both are held back for some hundred cycles, behind the first commands.
#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "flx/flx_player.h"
#include "programs.h"

namespace {

// A vector of bits, lowest first, as hex digits.
class Bits {
public:
    void put(uint64_t value, uint32_t bits)
    {
        for (uint32_t i = 0; i < bits; i++) bit_.push_back(value >> i & 1);
    }
    void put(const uint32_t *words, std::size_t bits)
    {
        for (std::size_t i = 0; i < bits; i++) bit_.push_back(words[i / 32] >> i % 32 & 1);
    }
    std::string hex() const
    {
        std::string text;
        for (std::size_t digit = (bit_.size() + 3) / 4; digit-- > 0;) {
            unsigned value = 0;
            for (std::size_t i = 4; i-- > 0;) value = 2 * value + (4 * digit + i < bit_.size() && bit_[4 * digit + i]);
            text += "0123456789abcdef"[value];
        }
        return text;
    }

private:
    std::vector<bool> bit_;
};

// The result row that is on c, columns beyond n as 0; all 0 if there is none.
void put_results(Bits &line, const flx_player_t &player, bool valid)
{
    const flx_config_t &config = *player.config;
    for (uint32_t j = 0; !valid && j < config.cols; j++) line.put(UINT64_C(0), config.mant_bits);
    if (!valid) return;
    const flx_program_item_t &item = player.program->item[player.c_item];
    uint32_t row = 0, col = 0;
    flx_player_result_place(&player, &row, &col);
    for (uint32_t j = 0; j < config.cols; j++) {
        const bool inside = col + j < item.cmd.n;
        line.put(static_cast<uint16_t>(inside ? item.c[static_cast<std::size_t>(row) * item.cmd.n + col + j] : 0), config.mant_bits);
    }
}

// Which mantissas of a beat lie beyond the operand: lines from tile * grid on, steps from ks * LANES on.
void put_padding(Bits &line, const flx_config_t &config, uint32_t grid, uint64_t lines_left, uint64_t steps_left)
{
    for (uint32_t r = 0; r < grid; r++)
        for (uint32_t l = 0; l < config.lanes; l++) line.put(r >= lines_left || l >= steps_left, 1);
}

void put_paddings(Bits &line, const flx_player_t &player)
{
    const flx_config_t &config = *player.config;
    const flx_program_item_t *item = player.program->item;
    for (int operand = 0; operand < 2; operand++) {
        const bool is_a = operand == 0;
        const uint32_t grid = is_a ? config.rows : config.cols;
        if (!(is_a ? player.in.a_valid : player.in.b_valid)) {
            put_padding(line, config, grid, grid, config.lanes);
            continue;
        }
        const flx_cmd_t &cmd = item[is_a ? player.a_item : player.b_item].cmd;
        const uint64_t beat = is_a ? player.a_beat : player.b_beat;
        const uint64_t steps = (cmd.k + config.lanes - 1) / config.lanes, tiles_n = (cmd.n + config.cols - 1) / config.cols;
        const uint64_t tile = is_a ? beat / steps / tiles_n : beat / steps % tiles_n;
        put_padding(line, config, grid, (is_a ? cmd.m : cmd.n) - tile * grid, cmd.k - beat % steps * config.lanes);
    }
}

std::string cycle(flx_player_t &player, uint64_t a_start, uint64_t b_start)
{
    const flx_config_t &config = *player.config;
    std::vector<uint32_t> a(flx_program_words_a(&config) + 1), b(flx_program_words_b(&config) + 1);
    uint32_t cmd[FLX_CMD_WORDS + 1] = {}, rsp[FLX_RSP_WORDS + 1] = {};
    uint64_t perf[FLX_PERF_COUNT];
    const uint64_t now = flx_cycle_now(player.model);
    const uint64_t lost = flx_cycle_uncorrectable(player.model);
    flx_player_offer(&player);
    const flx_fault_t fault = player.fault_now == nullptr ? flx_fault_t{} : *player.fault_now;
    player.in.a_valid = player.in.a_valid && now >= a_start;
    player.in.b_valid = player.in.b_valid && now >= b_start;
    for (int i = 0; i < FLX_PERF_COUNT; i++) perf[i] = flx_cycle_perf(player.model, static_cast<flx_perf_t>(i));
    if (player.in.cmd_valid) flx_cmd_pack(player.in.cmd, cmd);
    if (player.in.a_valid) flx_program_beat_a(&config, &player.program->item[player.a_item], player.a_beat, a.data());
    if (player.in.b_valid) flx_program_beat_b(&config, &player.program->item[player.b_item], player.b_beat, b.data());
    flx_player_step(&player);
    const flx_cycle_out_t &out = player.out;
    if (out.rsp_valid) flx_rsp_pack(&out.rsp, rsp);
    Bits line;
    line.put(player.in.cmd_valid, 1);
    line.put(cmd, FLX_CMD_BITS);
    line.put(player.in.a_valid, 1);
    line.put(a.data(), static_cast<std::size_t>(config.rows) * config.lanes * config.mant_bits);
    line.put(player.in.b_valid, 1);
    line.put(b.data(), static_cast<std::size_t>(config.cols) * config.lanes * config.mant_bits);
    put_paddings(line, player);
    line.put(player.in.c_ready, 1);
    line.put(player.in.rsp_ready, 1);
    line.put(out.cmd_ready, 1);
    line.put(out.a_ready, 1);
    line.put(out.b_ready, 1);
    line.put(out.c_valid, 1);
    line.put(out.c_last, 1);
    put_results(line, player, out.c_valid);
    line.put(out.rsp_valid, 1);
    line.put(rsp, FLX_RSP_BITS);
    for (uint64_t value : perf) line.put(value, FLX_PERF_BITS);
    line.put(lost, 16);
    line.put(fault.word == FLX_CYCLE_WORD_ENTRY, 1);
    line.put(fault.word == FLX_CYCLE_WORD_STATS, 1);
    line.put(fault.tensor, FLX_TENSOR_BITS);
    flx_player_advance(&player);
    return line.hex();
}

} // namespace

int main(int argc, char **argv)
{
    const flx_config_t *config = argc == 4 ? flx_config_find(argv[1]) : nullptr;
    FILE *file = config == nullptr ? nullptr : fopen(argv[3], "w");
    if (file == nullptr) {
        fprintf(stderr, "fourstate_dump: arguments are CONFIG SEED FILE, expected a named configuration and a file that can be written\n");
        return 2;
    }
    const uint64_t seed = strtoull(argv[2], nullptr, 10);
    flx::Random random(seed);
    flx::Program program;
    flx::random_program(*config, random, random.between(2, 12), static_cast<uint64_t>(flx_config_macs(config)) * 60, program);
    for (std::size_t i = 0; i < program.count(); i++) {
        flx_program_item_t &item = program.get().item[i];
        if (item.fault.word == FLX_CYCLE_WORD_WINDOW) item.fault = {}; // where a window's word is depends on the entry
        item.cmd.k = std::min(item.cmd.k, UINT32_C(600));              // Icarus is slow: nothing as deep as the accumulator allows
    }
    const double stalls[] = {0.0, 0.1, 0.5};
    const double stall = stalls[random.below(3)];
    const uint64_t a_start = random.one_in(4) ? 0 : random.below(600), b_start = random.one_in(4) ? 0 : random.below(600);
    flx_player_t player;
    if (!flx_player_init(&player, config, &program.get(), stall, seed)) return 3;
    while (!flx_player_done(&player) && player.err == FLX_OK && player.idle_cycles < 10000) fprintf(file, "%s\n", cycle(player, a_start, b_start).c_str());
    const bool done = flx_player_done(&player) && fclose(file) == 0;
    printf("%s seed %" PRIu64 ": %" PRIu64 " cycles, %zu commands, stall %.1f, A from cycle %" PRIu64 ", B from %" PRIu64 "\n", config->name, seed,
           flx_cycle_now(player.model), program.count(), stall, a_start, b_start);
    flx_player_free(&player);
    return done ? 0 : 3;
}
