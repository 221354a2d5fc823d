// flx_exp_unit.v - exponent table, Autoflex jobs and responses. Twin: cmodel/cycle/flx_cycle_exp.c
// SPDX-License-Identifier: Apache-2.0
//
// One job at a time (states: docs/core.md). Three coded memories: entries (exponents, state, window position), windows
// (G, e), statistics. A GEMM's statistics go into the statistics memory the moment they arrive - a tensor has at most one command
// outstanding - so no queue of 100-bit words is needed and the memory's read register serves the response. A dry run's go into
// one of FLX_OUTSTANDING words behind the tensors', as it must not touch what the last write left.
`default_nettype none
`include "flx_defs.vh"
module flx_exp_unit #(
    parameter TENSORS   = 64,   // 2..256
    parameter MANT_BITS = 16,
    parameter EXP_BITS  = 5,
    parameter WINDOW    = `FLX_WINDOW_MAX  // slots of a window, a power of two; CONFIG's window may not exceed it
) (
    input  wire                      clk_i,
    input  wire                      rst_ni,
    output wire                      clear_done_o,
    // lookups of flx_decode: the answer to a granted read comes in the next cycle; a granted write makes exp_next of the
    // word read last the exp of lk_tensor_i, unless it is a dry run's
    input  wire                      lk_req_i,
    input  wire                      lk_wr_i,
    input  wire [7:0]                lk_tensor_i,
    output wire                      lk_gnt_o,
    output wire [EXP_BITS-1:0]       lk_exp_o,
    output wire [EXP_BITS-1:0]       lk_exp_next_o,
    output wire                      lk_fault_o,
    // lookups of G, answered alike
    input  wire                      lk_stat_req_i,
    output wire                      lk_stat_gnt_o,
    output wire [MANT_BITS-1:0]      lk_stat_gamma_o,
    output wire                      lk_stat_fault_o,
    // GEMMs under way, at most FLX_OUTSTANDING
    input  wire                      q_push_i,
    input  wire [7:0]                q_tensor_i,
    input  wire                      q_dry_i,
    input  wire                      q_rare_i,
    // their statistics, in order
    input  wire                      stats_valid_i,
    input  wire [MANT_BITS-1:0]      stats_gamma_i,
    input  wire                      stats_overflow_i,
    input  wire                      stats_acc_sat_i,
    input  wire [31:0]               stats_saturated_i,
    input  wire [31:0]               stats_half_range_i,
    input  wire [31:0]               stats_underflow_i,
    // all other commands, held until done
    input  wire                      adm_valid_i,
    input  wire [3:0]                adm_status_i,
    input  wire [`FLX_CMD_BITS-1:0]  adm_cmd_i,
    output wire                      adm_done_o,
    // a GEMM's job is finished
    output wire                      done_o,
    output wire [7:0]                done_tensor_o,
    // responses
    output wire                      rsp_valid_o,
    input  wire                      rsp_ready_i,
    output wire [`FLX_RSP_BITS-1:0]  rsp_data_o,
    // words read with one, with two wrong bits
    output wire [15:0]               ecc_corrected_o,
    output wire [15:0]               ecc_uncorrectable_o
);
    localparam N       = MANT_BITS;
    localparam M       = EXP_BITS;
    localparam TW      = $clog2(TENSORS);
    localparam SW      = $clog2(TENSORS + `FLX_OUTSTANDING);
    localparam SLOT    = $clog2(WINDOW);
    localparam ENT_W   = 2 * M + 2 + 4 + 5 + SLOT;  // {slot, count, tries, state, exp_next, exp}
    localparam HIST_W  = N + 1 + M;                 // {G, e}
    localparam STAT_W  = 96 + 2 + N;                // {underflow, half_range, saturated, acc_saturated, overflow, G}
    localparam [1:0] INIT = `FLX_STATE_INIT, RUN = `FLX_STATE_RUN;
    localparam [2:0] E_CLEAR = 0, E_IDLE = 1, E_READ = 2, E_ENTRY = 3, E_WORK = 4, E_WRITE = 5, E_RSP = 6;
    localparam [31:0] LAST_TENSOR = TENSORS - 1, DRY_STATS = TENSORS;
    localparam [N-1:0] GAMMA_UNKNOWN = {1'b1, {N-1{1'b0}}};

    // ---- command fields ------------------------------------------------------------------------
    wire [3:0]  adm_op      = adm_cmd_i[`FLX_CMD_OP_LSB +: `FLX_CMD_OP_BITS];
    wire [7:0]  adm_tensor  = adm_cmd_i[`FLX_CMD_TENSOR_C_LSB +: `FLX_CMD_TENSOR_C_BITS];
    wire [M-1:0] adm_exp    = adm_cmd_i[`FLX_CMD_EXP_LSB +: M];
    wire [1:0]  adm_state   = adm_cmd_i[`FLX_CMD_STATE_LSB +: `FLX_CMD_STATE_BITS];
    wire [N:0]  adm_gamma   = adm_cmd_i[`FLX_CMD_HIST_GAMMA_LSB +: N+1];
    wire        adm_ok      = adm_status_i == `FLX_STATUS_OK;
    wire        unused      = &{1'b0, adm_cmd_i, lk_tensor_i, q_tensor_i};

    // ---- job control ---------------------------------------------------------------------------
    reg  [2:0]    state_q;
    reg           gemm_q, first_q, predict_q;
    reg           lost_q, stat_lost_q, fault_q;     // entry or statistics; statistics; these or a word of the window
    reg  [TW-1:0] clear_q;
    reg  [TW-1:0] tensor_q [0:3];                   // of the GEMMs under way
    reg           dry_q [0:3], rare_q [0:3];
    reg  [1:0]    push_q, arrive_q, serve_q;        // next to be pushed, to get statistics, to be finished
    reg  [2:0]    waiting_q;                        // with statistics, not begun

    wire [TW-1:0] serving   = tensor_q[serve_q];
    wire [TW-1:0] tensor    = gemm_q ? serving : adm_tensor[TW-1:0];
    reg  [7:0]    tensor_byte;
    always @* begin
        tensor_byte = 8'd0;
        tensor_byte[TW-1:0] = serving;
    end
    wire          dry       = dry_q[serve_q];
    wire          rare      = rare_q[serve_q];
    wire          set       = !gemm_q && adm_ok && adm_op == `FLX_OP_SET;
    wire          push      = !gemm_q && adm_ok && adm_op == `FLX_OP_PUSH;
    wire          get       = !gemm_q && adm_ok && adm_op == `FLX_OP_GET;
    wire          config_job = !gemm_q && adm_ok && adm_op == `FLX_OP_CONFIG;
    wire          reads     = gemm_q || push || get;

    wire begin_gemm = state_q == E_IDLE && waiting_q != 3'd0;
    wire begin_adm  = state_q == E_IDLE && waiting_q == 3'd0 && adm_valid_i;
    wire read_job   = state_q == E_READ && reads;
    wire work_first = state_q == E_WORK && first_q;
    wire rsp_load   = state_q == E_RSP && (!rsp_valid_o || rsp_ready_i);
    wire af_done, hist_fault, predict;
    wire work_last  = work_first ? !predict : af_done || hist_fault;

    always @(posedge clk_i) begin
        if (!rst_ni) begin
            state_q   <= E_CLEAR;
            clear_q   <= {TW{1'b0}};
            push_q    <= 2'd0;
            arrive_q  <= 2'd0;
            serve_q   <= 2'd0;
            waiting_q <= 3'd0;
        end else begin
            case (state_q)
                E_CLEAR: begin
                    clear_q <= clear_q + {{TW-1{1'b0}}, 1'b1};
                    if (clear_q == LAST_TENSOR[TW-1:0]) state_q <= E_IDLE;
                end
                E_IDLE:  if (begin_gemm || begin_adm) state_q <= E_READ;
                E_READ:  state_q <= E_ENTRY;
                E_ENTRY: state_q <= E_WORK;
                E_WORK:  if (work_last) state_q <= E_WRITE;
                E_WRITE: state_q <= E_RSP;
                default: if (rsp_load) state_q <= E_IDLE;
            endcase
            if (q_push_i) push_q <= push_q + 2'd1;
            if (stats_valid_i) arrive_q <= arrive_q + 2'd1;
            if (done_o) serve_q <= serve_q + 2'd1;
            waiting_q <= waiting_q + {2'b0, stats_valid_i} - {2'b0, begin_gemm};
        end
        if (q_push_i) begin
            tensor_q[push_q] <= q_tensor_i[TW-1:0];
            dry_q[push_q]    <= q_dry_i;
            rare_q[push_q]   <= q_rare_i;
        end
        if (state_q == E_IDLE) gemm_q <= begin_gemm;
        first_q <= state_q == E_ENTRY;
    end

    // ---- configuration -------------------------------------------------------------------------
    reg        code_q;
    reg [3:0]  alpha_q, beta_q;
    reg [12:0] gamma_q;
    reg [4:0]  window_q;
    always @(posedge clk_i)
        if (!rst_ni) begin
            code_q   <= 1'b0;
            alpha_q  <= `FLX_DEFAULT_ALPHA;
            beta_q   <= `FLX_DEFAULT_BETA;
            gamma_q  <= `FLX_DEFAULT_GAMMA;
            window_q <= `FLX_DEFAULT_WINDOW;
        end else if (work_first && config_job) begin
            code_q   <= adm_cmd_i[`FLX_CMD_PROFILE_LSB];
            alpha_q  <= adm_cmd_i[`FLX_CMD_ALPHA_LSB +: `FLX_CMD_ALPHA_BITS];
            beta_q   <= adm_cmd_i[`FLX_CMD_BETA_LSB +: `FLX_CMD_BETA_BITS];
            gamma_q  <= adm_cmd_i[`FLX_CMD_GAMMA_LSB +: `FLX_CMD_GAMMA_BITS];
            window_q <= adm_cmd_i[`FLX_CMD_WINDOW_LSB +: `FLX_CMD_WINDOW_BITS];
        end

    // ---- entry memory --------------------------------------------------------------------------
    wire lk_read  = lk_req_i && !lk_wr_i && lk_gnt_o;
    wire lk_write = lk_req_i && lk_wr_i && lk_gnt_o && !q_dry_i;
    reg  lk_read_q, ent_read_q;
    wire [ENT_W-1:0] ent_read, ent_new;
    reg  [ENT_W-1:M] lk_word_q;     // exp is not needed: it is about to be replaced
    reg  [ENT_W-1:0] ent_q;
    wire ent_corrected, ent_bad;
    wire [ENT_W-1:0] ent_reset = {{ENT_W-2*M-2{1'b0}}, INIT, {2*M{1'b0}}};
    wire [ENT_W-1:0] ent_data  = state_q == E_CLEAR ? ent_reset
                               : state_q == E_WRITE ? ent_new : {lk_word_q, lk_word_q[2*M-1:M]};
    wire ent_job_write = state_q == E_WRITE && (set || ((gemm_q || push) && !lost_q));

    assign lk_gnt_o = state_q != E_CLEAR && state_q != E_READ && state_q != E_WRITE;

    flx_ram_ecc #(.DATA_BITS(ENT_W), .WORDS(TENSORS), .ADDR_BITS(TW)) u_ent_ram (
        .clk_i(clk_i),
        .we_i(state_q == E_CLEAR || ent_job_write || lk_write),
        .waddr_i(state_q == E_CLEAR ? clear_q : state_q == E_WRITE ? tensor : lk_tensor_i[TW-1:0]),
        .wdata_i(ent_data),
        .re_i(read_job || lk_read),
        .raddr_i(state_q == E_READ ? tensor : lk_tensor_i[TW-1:0]),
        .rdata_o(ent_read),
        .corrected_o(ent_corrected),
        .uncorrectable_o(ent_bad)
    );
    assign lk_exp_o      = ent_read[M-1:0];
    assign lk_exp_next_o = ent_read[2*M-1:M];
    assign lk_fault_o    = ent_bad;
    always @(posedge clk_i) begin
        lk_read_q  <= rst_ni && lk_read;
        ent_read_q <= rst_ni && (lk_read || read_job);
        if (lk_read_q) lk_word_q <= ent_read[ENT_W-1:M];
    end

    // ---- statistics memory ---------------------------------------------------------------------
    wire [N-1:0]  set_gamma    = adm_gamma == {N+1{1'b0}} ? GAMMA_UNKNOWN : adm_gamma[N-1:0];
    wire [STAT_W-1:0] stat_data = stats_valid_i ? {stats_underflow_i, stats_half_range_i, stats_saturated_i,
                                                   stats_acc_sat_i, stats_overflow_i, stats_gamma_i}
                                : {{STAT_W-N{1'b0}}, state_q == E_CLEAR ? GAMMA_UNKNOWN : set_gamma};
    function [SW-1:0] stat_word_of(input is_dry, input [1:0] place, input [TW-1:0] of);
        begin
            stat_word_of = is_dry ? DRY_STATS[SW-1:0] + {{SW-2{1'b0}}, place} : {{SW-TW{1'b0}}, of};
        end
    endfunction
    wire lk_stat = lk_stat_req_i && lk_stat_gnt_o;
    reg  lk_stat_q;
    assign lk_stat_gnt_o   = state_q == E_IDLE;     // a job's word must stay in the memory's read register
    assign lk_stat_gamma_o = stat_read[N-1:0];
    assign lk_stat_fault_o = stat_bad;
    always @(posedge clk_i) lk_stat_q <= rst_ni && lk_stat;
    wire [STAT_W-1:0] stat_read;
    wire stat_corrected, stat_bad;
    flx_ram_ecc #(.DATA_BITS(STAT_W), .WORDS(TENSORS + `FLX_OUTSTANDING), .ADDR_BITS(SW)) u_stat_ram (
        .clk_i(clk_i),
        .we_i(state_q == E_CLEAR || stats_valid_i || (state_q == E_WRITE && set)),
        .waddr_i(stat_word_of(stats_valid_i && dry_q[arrive_q], arrive_q,
                              state_q == E_CLEAR ? clear_q : stats_valid_i ? tensor_q[arrive_q] : tensor)),
        .wdata_i(stat_data),
        .re_i(read_job || lk_stat),
        .raddr_i(stat_word_of(state_q == E_READ && gemm_q && dry, serve_q, state_q == E_READ ? tensor : lk_tensor_i[TW-1:0])),
        .rdata_o(stat_read),
        .corrected_o(stat_corrected),
        .uncorrectable_o(stat_bad)
    );
    wire [N-1:0] stat_gamma    = stat_read[N-1:0];
    wire         stat_overflow = stat_read[N];

    // ---- entry of the job ----------------------------------------------------------------------
    wire [M-1:0]    exp      = ent_q[M-1:0];             // of the last write: of this job's, unless it is a dry run
    wire [M-1:0]    exp_next = ent_q[2*M-1:M];
    wire [1:0]      state    = ent_q[2*M +: 2];
    wire [3:0]      tries    = ent_q[2*M+2 +: 4];
    wire [4:0]      count    = ent_q[2*M+6 +: 5];
    wire [SLOT-1:0] slot     = ent_q[2*M+11 +: SLOT];   // where the next entry goes
    wire [4:0]      count_appended = gemm_q && stat_overflow ? 5'd1 : count >= window_q ? window_q : count + 5'd1;
    wire [SLOT-1:0] slot_appended  = slot + {{SLOT-1{1'b0}}, 1'b1};
    wire            append  = work_first && (predict || (push && !lost_q));
    wire            init    = gemm_q && !lost_q && state == INIT;
    wire [M-1:0]    exp_run = gemm_q && dry ? exp_next : exp;   // in force in the job, until work_first
    reg  [M-1:0]    exp_run_q;
    wire [M-1:0]    init_exp, af_exp;
    wire            init_done;

    assign predict = gemm_q && !lost_q && state == RUN && !dry;
    flx_exp_init #(.MANT_BITS(N), .EXP_BITS(M)) u_init (
        .code_i(code_q), .gamma_i(stat_gamma), .exp_i(exp_run), .tries_i(tries), .exp_next_o(init_exp), .done_o(init_done)
    );

    always @(posedge clk_i) begin
        if (state_q == E_ENTRY) begin
            ent_q       <= ent_read;
            lost_q      <= reads && (ent_bad || stat_bad);
            stat_lost_q <= reads && stat_bad;
            fault_q     <= reads && (ent_bad || stat_bad);
            predict_q   <= 1'b0;
        end
        if (work_first) begin
            predict_q <= predict;
            exp_run_q <= exp_run;
            if (set) ent_q <= {{SLOT+9{1'b0}}, adm_state, adm_exp, adm_exp};
            else if (append) ent_q <= {slot_appended, count_appended, ent_q[2*M+5:0]};
            else if (init)
                ent_q <= init_done ? {{SLOT+9{1'b0}}, RUN, init_exp, exp} : {slot, count, tries + 4'd1, state, init_exp, exp};
        end else if (state_q == E_WORK && hist_fault) begin
            ent_q     <= {{SLOT+9{1'b0}}, RUN, exp, exp};     // the window begins anew
            fault_q   <= 1'b1;
            predict_q <= 1'b0;
        end
    end
    assign ent_new = {ent_q[ENT_W-1:2*M], predict_q ? af_exp : exp_next, exp};

    // ---- window memory and Autoflex ------------------------------------------------------------
    wire              hist_re, hist_first, hist_corrected, hist_bad;
    wire [3:0]        hist_index;
    wire [HIST_W-1:0] hist_read;
    wire [HIST_W-1:0] hist_data = push ? {adm_gamma, adm_exp}
                                : {stat_overflow ? {stat_gamma, 1'b0} : {1'b0, stat_gamma}, exp};
    wire [SLOT-1:0]   hist_slot = ~hist_index[SLOT-1:0] + slot;     // slot - 1 - index
    flx_ram_ecc #(.DATA_BITS(HIST_W), .WORDS(TENSORS * WINDOW), .ADDR_BITS(TW + SLOT)) u_hist_ram (
        .clk_i(clk_i),
        .we_i(append),
        .waddr_i({tensor, slot}),
        .wdata_i(hist_data),
        .re_i(hist_re),
        .raddr_i({tensor, hist_slot}),
        .rdata_o(hist_read),
        .corrected_o(hist_corrected),
        .uncorrectable_o(hist_bad)
    );
    assign hist_fault = hist_first && hist_bad;

    flx_autoflex #(.MANT_BITS(N), .EXP_BITS(M)) u_autoflex (
        .clk_i(clk_i),
        .rst_ni(rst_ni),
        .start_i(work_first && predict),
        .abort_i(hist_fault),
        .done_o(af_done),
        .exp_o(af_exp),
        .strict_i(code_q),
        .alpha_i(alpha_q),
        .beta_i(rare ? 4'd0 : beta_q),
        .gamma_i(rare ? 13'd`FLX_RARE_GAMMA : gamma_q),
        .count_i(rare && count > 5'd`FLX_RARE_WINDOW ? 5'd`FLX_RARE_WINDOW : count),
        .exp_cur_i(exp),
        .hist_re_o(hist_re),
        .hist_index_o(hist_index),
        .hist_first_o(hist_first),
        .hist_gamma_i(hist_read[M +: N+1]),
        .hist_exp_i(hist_read[M-1:0])
    );

    // ---- response ------------------------------------------------------------------------------
    reg  [`FLX_RSP_BITS-1:0] rsp_q, rsp_d;
    reg                      rsp_valid_q;
    wire with_entry = set || (reads && !lost_q);
    wire with_stats = gemm_q ? !stat_lost_q : reads && !lost_q;
    always @* begin
        rsp_d = {`FLX_RSP_BITS{1'b0}};
        rsp_d[`FLX_RSP_STATUS_LSB +: `FLX_RSP_STATUS_BITS] = reads && fault_q ? `FLX_STATUS_ECC
                                                           : gemm_q ? `FLX_STATUS_OK : adm_status_i;
        rsp_d[`FLX_RSP_OP_LSB +: `FLX_RSP_OP_BITS]         = gemm_q ? `FLX_OP_GEMM : adm_op;
        rsp_d[`FLX_RSP_TENSOR_LSB +: `FLX_RSP_TENSOR_BITS] = gemm_q ? tensor_byte : adm_tensor;
        if (with_entry) begin
            rsp_d[`FLX_RSP_EXP_LSB +: M]                     = gemm_q ? exp_run_q : exp;
            rsp_d[`FLX_RSP_EXP_NEXT_LSB +: M]                = ent_new[2*M-1:M];
            rsp_d[`FLX_RSP_STATE_LSB +: `FLX_RSP_STATE_BITS] = state;
            rsp_d[`FLX_RSP_TRIES_LSB +: `FLX_RSP_TRIES_BITS] = tries;
            rsp_d[`FLX_RSP_COUNT_LSB +: `FLX_RSP_COUNT_BITS] = count;
        end
        if (with_stats) begin
            rsp_d[`FLX_RSP_GAMMA_LSB +: N]       = stat_gamma;
            rsp_d[`FLX_RSP_OVERFLOW_LSB]         = stat_overflow;
            rsp_d[`FLX_RSP_ACC_SATURATED_LSB]    = stat_read[N+1];
            rsp_d[`FLX_RSP_SATURATED_LSB +: 32]  = stat_read[N+2 +: 32];
            rsp_d[`FLX_RSP_HALF_RANGE_LSB +: 32] = stat_read[N+34 +: 32];
            rsp_d[`FLX_RSP_UNDERFLOW_LSB +: 32]  = stat_read[N+66 +: 32];
        end
    end
    always @(posedge clk_i) begin
        if (!rst_ni) rsp_valid_q <= 1'b0;
        else if (rsp_load) rsp_valid_q <= 1'b1;
        else if (rsp_ready_i) rsp_valid_q <= 1'b0;
        if (rsp_load) rsp_q <= rsp_d;
    end

    // ---- fault counters ------------------------------------------------------------------------
    reg  [15:0] corrected_q, uncorrectable_q;
    wire        stat_seen = (state_q == E_ENTRY && reads) || lk_stat_q;
    wire [1:0]  corrected     = {1'b0, ent_read_q && ent_corrected} + {1'b0, (stat_seen && stat_corrected)}
                              + {1'b0, hist_first && hist_corrected};
    wire [1:0]  uncorrectable = {1'b0, ent_read_q && ent_bad} + {1'b0, (stat_seen && stat_bad)} + {1'b0, hist_fault};
    wire [16:0] corrected_d     = {1'b0, corrected_q} + {15'b0, corrected};
    wire [16:0] uncorrectable_d = {1'b0, uncorrectable_q} + {15'b0, uncorrectable};
    always @(posedge clk_i)
        if (!rst_ni) begin
            corrected_q     <= 16'd0;
            uncorrectable_q <= 16'd0;
        end else begin
            corrected_q     <= corrected_d[16] ? 16'hffff : corrected_d[15:0];
            uncorrectable_q <= uncorrectable_d[16] ? 16'hffff : uncorrectable_d[15:0];
        end

    assign clear_done_o        = state_q != E_CLEAR;
    assign adm_done_o          = rsp_load && !gemm_q;
    assign done_o              = rsp_load && gemm_q;
    assign done_tensor_o       = tensor_byte;
    assign rsp_valid_o         = rsp_valid_q;
    assign rsp_data_o          = rsp_q & {`FLX_RSP_BITS{rsp_valid_q}};
    assign ecc_corrected_o     = corrected_q;
    assign ecc_uncorrectable_o = uncorrectable_q;
endmodule
`default_nettype wire
