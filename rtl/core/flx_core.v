// flx_core.v - the Flexpoint core: command, operand, result and response streams around a MAC array. Twin: cmodel/cycle/flx_cycle.c
// SPDX-License-Identifier: Apache-2.0
//
// What it does in which cycle is docs/core.md; the words' layouts are docs/gen/interface.md. FAST selects the simulation
// twin of the multiplier and changes nothing else. Ranges of the parameters, and rules between them: flx_rules.vh.
`default_nettype none
`include "flx_defs.vh"
module flx_core #(
    parameter ROWS      = 8,
    parameter COLS      = 8,
    parameter LANES     = 4,     // products per PE and cycle
    parameter CLUSTER   = 2,     // CLUSTER x CLUSTER PEs share operand registers: 1, 2, 4
    parameter MANT_BITS = 16,    // N
    parameter EXP_BITS  = 5,     // M
    parameter ACC_BITS  = 48,    // below FLX_ACC_BITS_EXACT it saturates
    parameter TENSORS   = 64,    // exponent-table entries
    parameter A_DEPTH   = 4,     // beats
    parameter B_DEPTH   = 4,
    parameter C_DEPTH   = 32,    // result rows
    parameter CHUNK_EN  = 0,     // chunked accumulation built in
    parameter STOCH_EN  = 0,     // stochastic rounding built in
    parameter PE_PIPE   = 0,     // registers between a PE's multipliers and its accumulator: 0, 1
    parameter FAST      = 0
) (
    input  wire                            clk_i,
    input  wire                            rst_ni,
    // commands
    input  wire                            cmd_valid_i,
    output wire                            cmd_ready_o,
    input  wire [`FLX_CMD_BITS-1:0]        cmd_data_i,
    // operands
    input  wire                            a_valid_i,
    output wire                            a_ready_o,
    input  wire [ROWS*LANES*MANT_BITS-1:0] a_data_i,
    input  wire                            b_valid_i,
    output wire                            b_ready_o,
    input  wire [COLS*LANES*MANT_BITS-1:0] b_data_i,
    // results
    output wire                            c_valid_o,
    input  wire                            c_ready_i,
    output wire [COLS*MANT_BITS-1:0]       c_data_o,
    output wire                            c_last_o,
    // responses
    output wire                            rsp_valid_o,
    input  wire                            rsp_ready_i,
    output wire [`FLX_RSP_BITS-1:0]        rsp_data_o,
    // counters
    output wire [`FLX_PERF_COUNT*`FLX_PERF_BITS-1:0] perf_o,
    output wire [15:0]                     ecc_corrected_o,
    output wire [15:0]                     ecc_uncorrectable_o
);
    localparam N          = MANT_BITS;
    localparam SHIFT_BITS = EXP_BITS + 2;
    localparam SUM_BITS   = ACC_BITS + (CHUNK_EN != 0 ? 2 : 0);
    localparam COL_BITS   = $clog2(COLS + 1);
    localparam WORD       = LANES * N;

    `include "flx_rules.vh"

    // ---- command -------------------------------------------------------------------------------
    wire [`FLX_CMD_BITS-1:0] cmd;
    wire                     clear_done, lk_req, lk_wr, lk_gnt, lk_fault, lk_stat_req, lk_stat_gnt, lk_stat_fault, q_push, done, adm_valid, adm_done;
    wire [7:0]               lk_tensor, done_tensor;
    wire [EXP_BITS-1:0]      lk_exp, lk_exp_next;
    wire [N-1:0]             lk_stat_gamma;
    wire [3:0]               adm_status;
    wire                     seq_valid, seq_ready, seq_void, active;
    wire [SHIFT_BITS-1:0]    seq_shift;
    wire                     is_idle, is_admin, is_stall_exp, is_stall_queue;

    flx_decode #(
        .MANT_BITS(MANT_BITS), .EXP_BITS(EXP_BITS), .ACC_BITS(ACC_BITS), .TENSORS(TENSORS), .CHUNK_EN(CHUNK_EN), .STOCH_EN(STOCH_EN)
    ) u_decode (
        .clk_i(clk_i),
        .rst_ni(rst_ni),
        .clear_done_i(clear_done),
        .cmd_valid_i(cmd_valid_i),
        .cmd_ready_o(cmd_ready_o),
        .cmd_data_i(cmd_data_i),
        .lk_req_o(lk_req),
        .lk_wr_o(lk_wr),
        .lk_tensor_o(lk_tensor),
        .lk_gnt_i(lk_gnt),
        .lk_exp_i(lk_exp),
        .lk_exp_next_i(lk_exp_next),
        .lk_fault_i(lk_fault),
        .lk_stat_req_o(lk_stat_req),
        .lk_stat_gnt_i(lk_stat_gnt),
        .lk_stat_gamma_i(lk_stat_gamma),
        .lk_stat_fault_i(lk_stat_fault),
        .q_push_o(q_push),
        .done_i(done),
        .done_tensor_i(done_tensor),
        .adm_valid_o(adm_valid),
        .adm_status_o(adm_status),
        .adm_done_i(adm_done),
        .seq_valid_o(seq_valid),
        .seq_ready_i(seq_ready),
        .seq_shift_o(seq_shift),
        .seq_void_o(seq_void),
        .seq_active_i(active),
        .cmd_o(cmd),
        .is_idle_o(is_idle),
        .is_admin_o(is_admin),
        .is_stall_exp_o(is_stall_exp),
        .is_stall_queue_o(is_stall_queue)
    );

    // ---- operands ------------------------------------------------------------------------------
    wire                 a_valid, b_valid, fire;
    wire [ROWS*WORD-1:0] a_data, a_masked;
    wire [COLS*WORD-1:0] b_data, b_masked;
    flx_fifo #(.WIDTH(ROWS * WORD), .DEPTH(A_DEPTH)) u_a_fifo (
        .clk_i(clk_i), .rst_ni(rst_ni), .in_valid_i(a_valid_i), .in_ready_o(a_ready_o), .in_data_i(a_data_i),
        .out_valid_o(a_valid), .out_ready_i(fire), .out_data_o(a_data)
    );
    flx_fifo #(.WIDTH(COLS * WORD), .DEPTH(B_DEPTH)) u_b_fifo (
        .clk_i(clk_i), .rst_ni(rst_ni), .in_valid_i(b_valid_i), .in_ready_o(b_ready_o), .in_data_i(b_data_i),
        .out_valid_o(b_valid), .out_ready_i(fire), .out_data_o(b_data)
    );

    // ---- sequencer -----------------------------------------------------------------------------
    wire [LANES-1:0]      lanes;
    wire                  first, chunk;
    wire [ROWS-1:0]       last;
    wire [SHIFT_BITS-1:0] shift, ctl_shift;
    wire                  ctl_valid, ctl_dry, ctl_last;
    wire [COL_BITS-1:0]   ctl_cols;
    wire [2:0]            ctl_rounding;
    wire [31:0]           ctl_random;
    wire                  stall_drain, stall_c;
    flx_seq #(
        .ROWS(ROWS), .COLS(COLS), .LANES(LANES), .C_DEPTH(C_DEPTH), .SHIFT_BITS(SHIFT_BITS), .STOCH_EN(STOCH_EN), .PE_PIPE(PE_PIPE)
    ) u_seq (
        .clk_i(clk_i),
        .rst_ni(rst_ni),
        .cmd_valid_i(seq_valid),
        .cmd_ready_o(seq_ready),
        .cmd_m_i(cmd[`FLX_CMD_M_LSB +: `FLX_CMD_M_BITS]),
        .cmd_n_i(cmd[`FLX_CMD_N_LSB +: `FLX_CMD_N_BITS]),
        .cmd_k_i(cmd[`FLX_CMD_K_LSB +: `FLX_CMD_K_BITS]),
        .cmd_shift_i(seq_shift),
        .cmd_rounding_i(cmd[`FLX_CMD_ROUNDING_LSB +: `FLX_CMD_ROUNDING_BITS]),
        .cmd_chunk_i(cmd[`FLX_CMD_CHUNK_LSB]),
        .cmd_dry_i(cmd[`FLX_CMD_DRY_RUN_LSB]),
        .cmd_void_i(seq_void),
        .cmd_seed_i(cmd[`FLX_CMD_SEED_LSB +: `FLX_CMD_SEED_BITS]),
        .a_valid_i(a_valid),
        .b_valid_i(b_valid),
        .fire_o(fire),
        .lanes_o(lanes),
        .first_o(first),
        .last_o(last),
        .chunk_o(chunk),
        .shift_o(shift),
        .row_valid_o(ctl_valid),
        .row_dry_o(ctl_dry),
        .row_last_o(ctl_last),
        .row_cols_o(ctl_cols),
        .row_shift_o(ctl_shift),
        .row_rounding_o(ctl_rounding),
        .row_random_o(ctl_random),
        .c_taken_i(c_valid_o && c_ready_i),
        .active_o(active),
        .stall_drain_o(stall_drain),
        .stall_c_o(stall_c)
    );

    // Lanes beyond K, and cycles without a beat. A zero in one operand would do for the product; both, so that neither padding nor a
    // word of a FIFO that was never written can make a simulation in four states unknown.
    wire [LANES-1:0] lane_fires = lanes & {LANES{fire}};
    genvar r, c, l;
    generate
        for (r = 0; r < ROWS; r = r + 1) begin : g_mask_row
            for (l = 0; l < LANES; l = l + 1) begin : g_mask_lane
                assign a_masked[(r*LANES+l)*N +: N] = a_data[(r*LANES+l)*N +: N] & {N{lane_fires[l]}};
            end
        end
        for (c = 0; c < COLS; c = c + 1) begin : g_mask_col
            for (l = 0; l < LANES; l = l + 1) begin : g_mask_lane
                assign b_masked[(c*LANES+l)*N +: N] = b_data[(c*LANES+l)*N +: N] & {N{lane_fires[l]}};
            end
        end
    endgenerate

    // ---- array and drain -----------------------------------------------------------------------
    wire [COLS*SUM_BITS-1:0] col_data;
    wire [COLS-1:0]          col_sat;
    flx_array #(
        .ROWS(ROWS), .COLS(COLS), .CLUSTER(CLUSTER), .LANES(LANES), .MANT_BITS(MANT_BITS), .ACC_BITS(ACC_BITS), .SHIFT_BITS(SHIFT_BITS),
        .CHUNK_EN(CHUNK_EN), .PE_PIPE(PE_PIPE), .FAST(FAST)
    ) u_array (
        .clk_i(clk_i),
        .rst_ni(rst_ni),
        .first_i(first && fire),
        .last_i(last & {ROWS{fire}}),
        .chunk_i(chunk && fire),
        .shift_i(shift),
        .a_i(a_masked),
        .b_i(b_masked),
        .col_data_o(col_data),
        .col_sat_o(col_sat)
    );

    wire              row_valid, row_dry, row_last, row_sat;
    wire [COLS*N-1:0] row_data;
    wire [COLS-1:0]   row_clipped, row_underflow;
    flx_drain #(
        .COLS(COLS), .CLUSTER(CLUSTER), .MANT_BITS(MANT_BITS), .SUM_BITS(SUM_BITS), .SHIFT_BITS(SHIFT_BITS), .STOCH_EN(STOCH_EN)
    ) u_drain (
        .clk_i(clk_i),
        .rst_ni(rst_ni),
        .row_valid_i(ctl_valid),
        .row_dry_i(ctl_dry),
        .row_last_i(ctl_last),
        .row_cols_i(ctl_cols),
        .row_shift_i(ctl_shift),
        .row_rounding_i(ctl_rounding),
        .row_random_i(ctl_random),
        .col_data_i(col_data),
        .col_sat_i(col_sat),
        .row_valid_o(row_valid),
        .row_dry_o(row_dry),
        .row_last_o(row_last),
        .row_data_o(row_data),
        .row_clipped_o(row_clipped),
        .row_underflow_o(row_underflow),
        .row_sat_o(row_sat)
    );

    // flx_seq's credit guarantees room. Without a row the port shows zeros.
    wire              unused_ready, c_last;
    wire [COLS*N-1:0] c_data;
    flx_fifo #(.WIDTH(COLS * N + 1), .DEPTH(C_DEPTH)) u_c_fifo (
        .clk_i(clk_i), .rst_ni(rst_ni), .in_valid_i(row_valid && !row_dry), .in_ready_o(unused_ready),
        .in_data_i({row_last, row_data}), .out_valid_o(c_valid_o), .out_ready_i(c_ready_i), .out_data_o({c_last, c_data})
    );
    assign c_data_o = c_data & {COLS*N{c_valid_o}};
    assign c_last_o = c_last && c_valid_o;

    // ---- statistics and exponents --------------------------------------------------------------
    wire         stats_valid, stats_overflow, stats_acc_sat;
    wire [N-1:0] stats_gamma;
    wire [31:0]  stats_saturated, stats_half_range, stats_underflow;
    flx_stats #(.COLS(COLS), .MANT_BITS(MANT_BITS)) u_stats (
        .clk_i(clk_i),
        .rst_ni(rst_ni),
        .row_valid_i(row_valid),
        .row_last_i(row_last),
        .row_data_i(row_data),
        .row_clipped_i(row_clipped),
        .row_underflow_i(row_underflow),
        .row_sat_i(row_sat),
        .valid_o(stats_valid),
        .gamma_o(stats_gamma),
        .overflow_o(stats_overflow),
        .acc_sat_o(stats_acc_sat),
        .saturated_o(stats_saturated),
        .half_range_o(stats_half_range),
        .underflow_o(stats_underflow)
    );

    flx_exp_unit #(.TENSORS(TENSORS), .MANT_BITS(MANT_BITS), .EXP_BITS(EXP_BITS)) u_exp (
        .clk_i(clk_i),
        .rst_ni(rst_ni),
        .clear_done_o(clear_done),
        .lk_req_i(lk_req),
        .lk_wr_i(lk_wr),
        .lk_tensor_i(lk_tensor),
        .lk_gnt_o(lk_gnt),
        .lk_exp_o(lk_exp),
        .lk_exp_next_o(lk_exp_next),
        .lk_fault_o(lk_fault),
        .lk_stat_req_i(lk_stat_req),
        .lk_stat_gnt_o(lk_stat_gnt),
        .lk_stat_gamma_o(lk_stat_gamma),
        .lk_stat_fault_o(lk_stat_fault),
        .q_push_i(q_push),
        .q_tensor_i(cmd[`FLX_CMD_TENSOR_C_LSB +: `FLX_CMD_TENSOR_C_BITS]),
        .q_dry_i(cmd[`FLX_CMD_DRY_RUN_LSB]),
        .q_rare_i(cmd[`FLX_CMD_RARE_LSB]),
        .stats_valid_i(stats_valid),
        .stats_gamma_i(stats_gamma),
        .stats_overflow_i(stats_overflow),
        .stats_acc_sat_i(stats_acc_sat),
        .stats_saturated_i(stats_saturated),
        .stats_half_range_i(stats_half_range),
        .stats_underflow_i(stats_underflow),
        .adm_valid_i(adm_valid),
        .adm_status_i(adm_status),
        .adm_cmd_i(cmd),
        .adm_done_o(adm_done),
        .done_o(done),
        .done_tensor_o(done_tensor),
        .rsp_valid_o(rsp_valid_o),
        .rsp_ready_i(rsp_ready_i),
        .rsp_data_o(rsp_data_o),
        .ecc_corrected_o(ecc_corrected_o),
        .ecc_uncorrectable_o(ecc_uncorrectable_o)
    );

    flx_perf u_perf (
        .clk_i(clk_i),
        .rst_ni(rst_ni),
        .active_i(active),
        .fire_i(fire),
        .a_valid_i(a_valid),
        .b_valid_i(b_valid),
        .stall_drain_i(stall_drain),
        .stall_c_i(stall_c),
        .is_idle_i(is_idle),
        .is_admin_i(is_admin),
        .is_stall_exp_i(is_stall_exp),
        .is_stall_queue_i(is_stall_queue),
        .perf_o(perf_o)
    );
endmodule
`default_nettype wire
