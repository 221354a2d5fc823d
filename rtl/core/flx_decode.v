// flx_decode.v - takes a command, checks it, reads its exponents, offers it to flx_seq. Twin: cmodel/cycle/flx_cycle.c, cmodel/interface/flx_cmd.c (the checks)
// SPDX-License-Identifier: Apache-2.0
//
// States and their cycles: docs/core.md. A command other than a legal GEMM waits until nothing is outstanding and is
// then served by the exponent unit, so responses keep the order of commands. A GEMM that the table refuses is void: flx_seq takes
// its operand beats all the same, as the host could not know, and it is answered behind them.
`default_nettype none
`include "flx_defs.vh"
module flx_decode #(
    parameter MANT_BITS  = 16,
    parameter EXP_BITS   = 5,
    parameter ACC_BITS   = 48,
    parameter TENSORS    = 64,
    parameter CHUNK_EN   = 0,
    parameter STOCH_EN   = 0,
    parameter SHIFT_BITS = EXP_BITS + 2
) (
    input  wire                     clk_i,
    input  wire                     rst_ni,
    input  wire                     clear_done_i,
    // command stream
    input  wire                     cmd_valid_i,
    output wire                     cmd_ready_o,
    input  wire [`FLX_CMD_BITS-1:0] cmd_data_i,
    // exponent table
    output wire                     lk_req_o,
    output wire                     lk_wr_o,
    output wire [7:0]               lk_tensor_o,
    input  wire                     lk_gnt_i,
    input  wire [EXP_BITS-1:0]      lk_exp_i,
    input  wire [EXP_BITS-1:0]      lk_exp_next_i,
    input  wire                     lk_fault_i,
    output wire                     lk_stat_req_o,
    input  wire                     lk_stat_gnt_i,
    input  wire [MANT_BITS-1:0]     lk_stat_gamma_i,
    input  wire                     lk_stat_fault_i,
    output wire                     q_push_o,
    input  wire                     done_i,
    input  wire [7:0]               done_tensor_i,
    output wire                     adm_valid_o,
    output wire [3:0]               adm_status_o,
    input  wire                     adm_done_i,
    // to flx_seq
    output wire                     seq_valid_o,
    input  wire                     seq_ready_i,
    output wire [SHIFT_BITS-1:0]    seq_shift_o,
    output wire                     seq_void_o,     // takes its operand beats, gives nothing
    input  wire                     seq_active_i,
    output wire [`FLX_CMD_BITS-1:0] cmd_o,          // the command, for everyone
    // what a cycle without an active command was
    output wire                     is_idle_o,
    output wire                     is_admin_o,
    output wire                     is_stall_exp_o,
    output wire                     is_stall_queue_o
);
    localparam M  = EXP_BITS;
    localparam TW = $clog2(TENSORS);
    localparam [3:0] D_IDLE = 0, D_CHECK = 1, D_WAIT = 2, D_RA = 3, D_RB = 4, D_RC = 5, D_CAP = 6, D_WR = 7, D_READY = 8,
                     D_DRAIN = 9, D_ADMIN = 10, D_GA = 11, D_GB = 12, D_DEPTH = 13;
    localparam [2:0]  OUTSTANDING = `FLX_OUTSTANDING;
    localparam [31:0] TENSORS_W = TENSORS;
    localparam [63:0] DEPTH_MAX = ((64'd1 << (ACC_BITS - 1)) - 64'd1) >> (2 * MANT_BITS - 2);     // any operands fit
    localparam DEPTH_CHECK = ACC_BITS >= `FLX_ACC_BITS_EXACT && DEPTH_MAX < 64'd`FLX_DIM_MAX ? 1 : 0;

    reg [3:0]               state_q;
    reg [`FLX_CMD_BITS-1:0] cmd_q;
    reg [3:0]               status_q;
    reg [2:0]               outstanding_q;
    reg [TENSORS-1:0]       busy_q;
    reg                     read_a_q, read_b_q, read_c_q, fault_q;
    reg [M-1:0]             exp_a_q, exp_b_q, exp_c_q;

    wire [3:0]  op       = cmd_q[`FLX_CMD_OP_LSB +: `FLX_CMD_OP_BITS];
    wire [7:0]  tensor_a = cmd_q[`FLX_CMD_TENSOR_A_LSB +: `FLX_CMD_TENSOR_A_BITS];
    wire [7:0]  tensor_b = cmd_q[`FLX_CMD_TENSOR_B_LSB +: `FLX_CMD_TENSOR_B_BITS];
    wire [7:0]  tensor_c = cmd_q[`FLX_CMD_TENSOR_C_LSB +: `FLX_CMD_TENSOR_C_BITS];

    // ---- checks --------------------------------------------------------------------------------
    wire [23:0] m        = cmd_q[`FLX_CMD_M_LSB +: `FLX_CMD_M_BITS];
    wire [23:0] n        = cmd_q[`FLX_CMD_N_LSB +: `FLX_CMD_N_BITS];
    wire [23:0] k        = cmd_q[`FLX_CMD_K_LSB +: `FLX_CMD_K_BITS];
    wire [2:0]  rounding = cmd_q[`FLX_CMD_ROUNDING_LSB +: `FLX_CMD_ROUNDING_BITS];
    wire        chunk    = cmd_q[`FLX_CMD_CHUNK_LSB];
    wire [7:0]  exp      = cmd_q[`FLX_CMD_EXP_LSB +: `FLX_CMD_EXP_BITS];
    wire [1:0]  state    = cmd_q[`FLX_CMD_STATE_LSB +: `FLX_CMD_STATE_BITS];
    wire [16:0] hist_gamma = cmd_q[`FLX_CMD_HIST_GAMMA_LSB +: `FLX_CMD_HIST_GAMMA_BITS];
    wire [3:0]  alpha    = cmd_q[`FLX_CMD_ALPHA_LSB +: `FLX_CMD_ALPHA_BITS];
    wire [4:0]  window   = cmd_q[`FLX_CMD_WINDOW_LSB +: `FLX_CMD_WINDOW_BITS];

    wire gemm   = op == `FLX_OP_GEMM;
    wire set    = op == `FLX_OP_SET;
    wire push   = op == `FLX_OP_PUSH;
    wire config_op = op == `FLX_OP_CONFIG;
    wire entry  = gemm || set || push || op == `FLX_OP_GET;
    wire out_a  = {24'd0, tensor_a} >= TENSORS_W;
    wire out_b  = {24'd0, tensor_b} >= TENSORS_W;
    wire out_c  = {24'd0, tensor_c} >= TENSORS_W;

    wire bad_op     = op > `FLX_OP_CONFIG;
    wire bad_tensor = (gemm && (out_a || out_b)) || (entry && out_c);
    wire bad_shape  = gemm && (m == 24'd0 || n == 24'd0 || k == 24'd0);
    wire bad_mode   = (set && state == `FLX_STATE_COUNT)
                   || (gemm && (rounding > `FLX_ROUND_STOCHASTIC || (rounding == `FLX_ROUND_STOCHASTIC && STOCH_EN == 0)
                                || (chunk && CHUNK_EN == 0)));
    wire bad_exp    = |(exp >> M);
    wire bad_param  = ((set || push) && bad_exp) || (push && {15'd0, hist_gamma} > (32'd1 << MANT_BITS))
                   || (set && {15'd0, hist_gamma} > (32'd1 << (MANT_BITS - 1)))
                   || (config_op && (alpha == 4'd0 || window == 5'd0 || window > 5'd`FLX_WINDOW_MAX));
    wire [3:0] status = bad_op     ? `FLX_STATUS_BAD_OP
                      : bad_tensor ? `FLX_STATUS_BAD_TENSOR
                      : bad_shape  ? `FLX_STATUS_BAD_SHAPE
                      : bad_mode   ? `FLX_STATUS_BAD_MODE
                      : bad_param  ? `FLX_STATUS_BAD_PARAM : `FLX_STATUS_OK;

    // ---- depth ---------------------------------------------------------------------------------
    // deep: whether the sum fits depends on what A and B hold.
    wire deep, depth_done, depth_fits;
    reg  read_ga_q, read_gb_q;
    generate
        if (DEPTH_CHECK != 0) begin : g_depth
            reg [MANT_BITS-1:0] gamma_a_q;
            always @(posedge clk_i) if (read_ga_q) gamma_a_q <= lk_stat_gamma_i;
            assign deep = k > DEPTH_MAX[23:0];
            flx_depth #(.MANT_BITS(MANT_BITS), .ACC_BITS(ACC_BITS)) u_depth (
                .clk_i(clk_i),
                .rst_ni(rst_ni),
                .start_i(read_gb_q),
                .k_i(k),
                .gamma_a_i(gamma_a_q),
                .gamma_b_i(lk_stat_gamma_i),
                .done_o(depth_done),
                .fits_o(depth_fits)
            );
        end else begin : g_no_depth
            wire unused = &{1'b0, lk_stat_gamma_i, read_ga_q, read_gb_q};
            assign deep       = 1'b0;
            assign depth_done = 1'b0;
            assign depth_fits = 1'b1;
        end
    endgenerate

    // ---- states --------------------------------------------------------------------------------
    wire idle     = state_q == D_IDLE && clear_done_i;
    wire waits    = busy_q[tensor_c[TW-1:0]] || (deep && (busy_q[tensor_a[TW-1:0]] || busy_q[tensor_b[TW-1:0]]));
    wire full     = outstanding_q == OUTSTANDING;
    wire leave_wr = state_q == D_WR && lk_gnt_i;
    wire fault    = fault_q || (read_c_q && lk_fault_i);
    wire refused  = status_q != `FLX_STATUS_OK;

    always @(posedge clk_i) begin
        if (!rst_ni) begin
            state_q       <= D_IDLE;
            outstanding_q <= 3'd0;
            busy_q        <= {TENSORS{1'b0}};
            read_a_q      <= 1'b0;
            read_b_q      <= 1'b0;
            read_c_q      <= 1'b0;
            read_ga_q     <= 1'b0;
            read_gb_q     <= 1'b0;
        end else begin
            case (state_q)
                D_IDLE:  if (idle && cmd_valid_i) state_q <= D_CHECK;
                D_CHECK: state_q <= gemm && status == `FLX_STATUS_OK ? D_WAIT : D_DRAIN;
                D_WAIT:  if (!waits && !full) state_q <= D_RA;
                D_RA:    if (lk_gnt_i) state_q <= D_RB;
                D_RB:    if (lk_gnt_i) state_q <= D_RC;
                D_RC:    if (lk_gnt_i) state_q <= D_CAP;
                D_CAP:   state_q <= fault ? D_READY : deep ? D_GA : D_WR;
                D_GA:    if (lk_stat_gnt_i) state_q <= D_GB;
                D_GB:    if (lk_stat_gnt_i) state_q <= D_DEPTH;
                D_DEPTH: if (depth_done) state_q <= fault_q || !depth_fits ? D_READY : D_WR;
                D_WR:    if (lk_gnt_i) state_q <= D_READY;
                D_READY: if (seq_ready_i) state_q <= refused ? D_DRAIN : D_IDLE;
                D_DRAIN: if (outstanding_q == 3'd0 && !seq_active_i) state_q <= D_ADMIN;
                default: if (adm_done_i) state_q <= D_IDLE;     // D_ADMIN
            endcase
            outstanding_q <= outstanding_q + {2'b00, leave_wr} - {2'b00, done_i};
            if (done_i) busy_q[done_tensor_i[TW-1:0]] <= 1'b0;
            if (leave_wr) busy_q[tensor_c[TW-1:0]] <= 1'b1;
            read_a_q  <= state_q == D_RA && lk_gnt_i;
            read_b_q  <= state_q == D_RB && lk_gnt_i;
            read_c_q  <= state_q == D_RC && lk_gnt_i;
            read_ga_q <= state_q == D_GA && lk_stat_gnt_i;
            read_gb_q <= state_q == D_GB && lk_stat_gnt_i;
        end
        if (idle && cmd_valid_i) cmd_q <= cmd_data_i;
        if (state_q == D_CHECK) status_q <= status;
        else if ((state_q == D_CAP && fault) || (state_q == D_DEPTH && depth_done && fault_q)) status_q <= `FLX_STATUS_ECC;
        else if (state_q == D_DEPTH && depth_done && !depth_fits) status_q <= `FLX_STATUS_BAD_DEPTH;
        if (state_q == D_CHECK) fault_q <= 1'b0;
        else if (read_a_q || read_b_q) fault_q <= fault_q || lk_fault_i;
        else if (read_ga_q || read_gb_q) fault_q <= fault_q || lk_stat_fault_i;
        if (read_a_q) exp_a_q <= lk_exp_i;
        if (read_b_q) exp_b_q <= lk_exp_i;
        if (read_c_q) exp_c_q <= lk_exp_next_i;
    end
    wire unused = &{1'b0, done_tensor_i, cmd_q, DEPTH_MAX};

    assign cmd_ready_o  = idle;
    assign lk_req_o     = state_q == D_RA || state_q == D_RB || state_q == D_RC || state_q == D_WR;
    assign lk_wr_o      = state_q == D_WR;
    assign lk_tensor_o  = state_q == D_RA || state_q == D_GA ? tensor_a : state_q == D_RB || state_q == D_GB ? tensor_b : tensor_c;
    assign lk_stat_req_o = state_q == D_GA || state_q == D_GB;
    assign q_push_o     = leave_wr;
    assign adm_valid_o  = state_q == D_ADMIN;
    assign adm_status_o = status_q;
    assign seq_valid_o  = state_q == D_READY;
    assign seq_shift_o  = {2'b00, exp_a_q} + {2'b00, exp_b_q} - {2'b00, exp_c_q};
    assign seq_void_o   = refused;
    assign cmd_o        = cmd_q;
    assign is_idle_o        = state_q == D_IDLE;
    assign is_admin_o       = state_q == D_DRAIN || state_q == D_ADMIN;
    assign is_stall_exp_o   = state_q == D_WAIT && waits;
    assign is_stall_queue_o = state_q == D_WAIT && !waits && full;
endmodule
`default_nettype wire
