// table_oracle.cc - the exponent table by the documents. Header: table_oracle.h
// SPDX-License-Identifier: Apache-2.0
#include "table_oracle.h"

namespace oracle {
namespace {

enum State { MANUAL, INIT, RUN };
const unsigned rare_window = 2;

void describe(const Entry &e, flx_rsp_t &rsp)
{
    rsp.exp = static_cast<uint32_t>(e.exp);
    rsp.exp_next = static_cast<uint32_t>(e.exp_next);
    rsp.state = e.state;
    rsp.tries = static_cast<uint32_t>(e.tries);
    rsp.count = static_cast<uint32_t>(e.window.size());
}

void describe(const Stats &s, flx_rsp_t &rsp)
{
    rsp.gamma = static_cast<uint32_t>(s.gamma);
    rsp.overflow = s.overflow;
    rsp.acc_saturated = s.acc_saturated;
    rsp.saturated = static_cast<uint32_t>(s.saturated);
    rsp.half_range = static_cast<uint32_t>(s.half_range);
    rsp.underflow = static_cast<uint32_t>(s.underflow);
}

Stats known(int n, unsigned long gamma) // of values that came from outside
{
    Stats s;
    s.gamma = gamma != 0 ? gamma : 1UL << (n - 1);
    return s;
}

} // namespace

Table::Table(const flx_config_t &config)
    : n_(static_cast<int>(config.mant_bits)), m_(static_cast<int>(config.exp_bits)), acc_bits_(static_cast<int>(config.acc_bits)),
      lanes_(static_cast<int>(config.lanes)), tensors_(config.tensors), chunk_(config.chunk_en != 0), stochastic_(config.stoch_en != 0), entry_(config.tensors)
{
    for (Entry &e : entry_) e.stats = known(n_, 0);
}

void Table::corrupt_window(unsigned tensor, unsigned age)
{
    std::vector<Window> &w = entry_[tensor].window;
    if (age < w.size()) w[w.size() - 1 - age].bad = true;
}

// The checks that need the command alone, in their order.
unsigned Table::check(const flx_cmd_t &c) const
{
    const bool gemm = c.op == FLX_OP_GEMM, set = c.op == FLX_OP_SET, push = c.op == FLX_OP_PUSH, config = c.op == FLX_OP_CONFIG;
    if (c.op > 5) return FLX_STATUS_BAD_OP;
    if (gemm && (c.tensor_a >= tensors_ || c.tensor_b >= tensors_)) return FLX_STATUS_BAD_TENSOR;
    if ((gemm || set || push || c.op == FLX_OP_GET) && c.tensor_c >= tensors_) return FLX_STATUS_BAD_TENSOR;
    if (gemm && (c.m == 0 || c.n == 0 || c.k == 0)) return FLX_STATUS_BAD_SHAPE;
    if (gemm && (c.rounding > 4 || (c.rounding == 4 && !stochastic_) || (c.chunk != 0 && !chunk_))) return FLX_STATUS_BAD_MODE;
    if (set && c.state > RUN) return FLX_STATUS_BAD_MODE;
    if ((set || push) && c.exp >= 1U << m_) return FLX_STATUS_BAD_PARAM;
    if (push && c.hist_gamma > 1U << n_) return FLX_STATUS_BAD_PARAM;
    if (set && c.hist_gamma > 1U << (n_ - 1)) return FLX_STATUS_BAD_PARAM;
    if (config && (c.alpha == 0 || c.window == 0 || c.window > 16)) return FLX_STATUS_BAD_PARAM;
    return FLX_STATUS_OK;
}

bool Table::read(bool bad)
{
    uncorrectable_ += bad;
    return !bad;
}

// No sum of k products of what the operands hold reaches 2^(ACC-1).
bool Table::fits(const flx_cmd_t &c) const
{
    mpz_class sum = mpz_class(c.k) * entry_[c.tensor_a].stats.gamma * entry_[c.tensor_b].stats.gamma, end;
    mpz_ui_pow_ui(end.get_mpz_t(), 2, static_cast<unsigned long>(acc_bits_ - 1));
    return sum < end;
}

// What the table says about a GEMM before it starts.
unsigned Table::lookup(const flx_cmd_t &c)
{
    const bool a = read(entry_[c.tensor_a].bad), b = read(entry_[c.tensor_b].bad), out = read(entry_[c.tensor_c].bad);
    if (!a || !b || !out) return FLX_STATUS_ECC;
    mpz_class largest = mpz_class(c.k), end;
    mpz_mul_2exp(largest.get_mpz_t(), largest.get_mpz_t(), static_cast<unsigned long>(2 * n_ - 2));
    mpz_ui_pow_ui(end.get_mpz_t(), 2, static_cast<unsigned long>(acc_bits_ - 1));
    if (acc_bits_ < 48 || largest < end) return FLX_STATUS_OK; // whatever they hold
    const bool stats_a = read(entry_[c.tensor_a].stats_bad), stats_b = read(entry_[c.tensor_b].stats_bad);
    if (!stats_a || !stats_b) return FLX_STATUS_ECC;
    return fits(c) ? FLX_STATUS_OK : FLX_STATUS_BAD_DEPTH;
}

void Table::trim(Entry &e) const
{
    while (e.window.size() > window_) e.window.erase(e.window.begin());
}

// A write (or dry run) of maximum g at exp moves the tensor's Autoflex on. False: a word of the window is lost.
bool Table::next_exponent(const flx_cmd_t &cmd, unsigned long g, int exp)
{
    Entry &e = entry_[cmd.tensor_c];
    Autoflex af = {n_, m_, code_, alpha_, beta_, gamma_, window_, {}, e.tries};
    if (e.state == INIT) {
        bool done = false;
        e.exp_next = af.initialise(g, exp, done);
        e.tries = af.tries;
        if (done) {
            e.state = RUN;
            e.window.clear();
        }
        return true;
    }
    if (e.state != RUN || cmd.dry_run != 0) return true;
    const bool overflow = g + 1 >= 1UL << (n_ - 1);
    Hit hit;
    if (!overflow)
        for (const Window &w : e.window) af.phi.emplace_back(w.gamma, w.exp);
    const int next = af.predict(g, exp, cmd.rare != 0, &hit);
    if (overflow) e.window.clear();
    e.window.push_back({overflow ? 2 * g : g, exp, false});
    trim(e);
    const std::size_t used = cmd.rare != 0 && e.window.size() > rare_window ? rare_window : e.window.size();
    for (std::size_t i = e.window.size() - used; i < e.window.size(); i++) {
        if (!e.window[i].bad) continue;
        uncorrectable_++;
        e.window.clear();
        e.exp_next = e.exp;
        return false;
    }
    e.exp_next = next;
    return true;
}

void Table::gemm(const flx_cmd_t &cmd, const Matrix &a, const Matrix &b, Answer &answer)
{
    Entry &out = entry_[cmd.tensor_c];
    const bool dry = cmd.dry_run != 0;
    const int exp = out.exp_next; // of this write
    const Gemm g = {n_, acc_bits_, lanes_, cmd.m, cmd.n, cmd.k, static_cast<long>(entry_[cmd.tensor_a].exp) + entry_[cmd.tensor_b].exp - exp,
                    static_cast<Mode>(cmd.rounding), cmd.seed, cmd.chunk != 0};
    const Stats stats = oracle::gemm(g, a, b, answer.c);
    if (dry) answer.c.clear();
    answer.gives = !dry;
    if (!dry) {
        out.exp = exp;
        out.stats = stats;
        out.stats_bad = false;
    }
    if (!next_exponent(cmd, stats.gamma, exp)) answer.rsp.status = FLX_STATUS_ECC;
    describe(out, answer.rsp);
    describe(stats, answer.rsp);
    answer.rsp.exp = static_cast<uint32_t>(exp);
}

// SET, GET, PUSH and CONFIG that passed the checks.
void Table::admin(const flx_cmd_t &cmd, flx_rsp_t &rsp)
{
    if (cmd.op == FLX_OP_NOP) return;
    if (cmd.op == FLX_OP_CONFIG) {
        code_ = cmd.profile != 0;
        alpha_ = cmd.alpha;
        beta_ = cmd.beta;
        gamma_ = cmd.gamma;
        window_ = cmd.window;
        return;
    }
    Entry &e = entry_[cmd.tensor_c];
    if (cmd.op == FLX_OP_SET) { // reads no word, so it always succeeds
        e = Entry();
        e.exp = e.exp_next = static_cast<int>(cmd.exp);
        e.state = cmd.state;
        e.stats = known(n_, cmd.hist_gamma);
        describe(e, rsp);
        return;
    }
    const bool entry = read(e.bad), stats = read(e.stats_bad);
    if (!entry || !stats) {
        rsp.status = FLX_STATUS_ECC;
        return;
    }
    if (cmd.op == FLX_OP_PUSH) {
        e.window.push_back({cmd.hist_gamma, static_cast<int>(cmd.exp), false});
        trim(e);
    }
    describe(e, rsp);
    describe(e.stats, rsp);
}

Answer Table::run(const flx_cmd_t &cmd, const Matrix &a, const Matrix &b)
{
    Answer answer = {{}, false, false, {}};
    answer.rsp.op = cmd.op;
    answer.rsp.tensor = cmd.tensor_c;
    answer.rsp.status = check(cmd);
    if (answer.rsp.status != FLX_STATUS_OK) return answer;
    if (cmd.op != FLX_OP_GEMM) {
        admin(cmd, answer.rsp);
        return answer;
    }
    answer.takes = true;
    answer.rsp.status = lookup(cmd);
    if (answer.rsp.status == FLX_STATUS_OK) gemm(cmd, a, b, answer);
    return answer;
}

} // namespace oracle
