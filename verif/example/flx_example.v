// flx_example.v - a small host around flx_core, to be copied: memories for operands and results, one command at a time. Twin: docs/integrate.md
// SPDX-License-Identifier: Apache-2.0
//
// It shows the four things that every host does: packs a command, streams the operands' beats in the core's order, takes results, unpacks the response.
// A memory's word is a beat: word mt * steps + ks of A holds rows mt * ROWS .. of steps ks * LANES .., B's word nt * steps + ks the columns nt * COLS ..;
// steps = ceil(k / LANES). Result rows lie in the order in which they come. The inputs of a command stay until cmd_ready_o.
`default_nettype none
`include "flx_defs.vh"
module flx_example #(
    parameter ROWS      = 2,
    parameter COLS      = 4,
    parameter LANES     = 2,
    parameter MANT_BITS = 16,
    parameter EXP_BITS  = 5,
    parameter TENSORS   = 16,
    parameter ADDR_BITS = 6     // words of each memory: 2^ADDR_BITS
) (
    input  wire                            clk_i,
    input  wire                            rst_ni,
    // operand memories, written a beat at a time
    input  wire                            a_we_i,
    input  wire                            b_we_i,
    input  wire [ADDR_BITS-1:0]            waddr_i,
    input  wire [ROWS*LANES*MANT_BITS-1:0] a_word_i,
    input  wire [COLS*LANES*MANT_BITS-1:0] b_word_i,
    // a command: taken when both are 1
    input  wire                            cmd_valid_i,
    output wire                            cmd_ready_o,
    input  wire [3:0]                      op_i,
    input  wire [7:0]                      tensor_a_i,
    input  wire [7:0]                      tensor_b_i,
    input  wire [7:0]                      tensor_c_i,
    input  wire [23:0]                     m_i,
    input  wire [23:0]                     n_i,
    input  wire [23:0]                     k_i,
    input  wire                            dry_run_i,
    input  wire [7:0]                      exp_i,
    input  wire [1:0]                      state_i,
    // its response: valid for one cycle
    output wire                            rsp_valid_o,
    output wire [3:0]                      rsp_status_o,
    output wire [3:0]                      rsp_op_o,
    output wire [7:0]                      rsp_tensor_o,
    output wire [7:0]                      rsp_exp_o,
    output wire [7:0]                      rsp_exp_next_o,
    output wire [1:0]                      rsp_state_o,
    output wire [16:0]                     rsp_gamma_o,
    output wire                            rsp_overflow_o,
    // result rows of the last GEMM
    input  wire [ADDR_BITS-1:0]            c_addr_i,
    output wire [COLS*MANT_BITS-1:0]       c_row_o,
    output wire [ADDR_BITS:0]              c_count_o,
    output wire                            c_done_o,    // its last row is there
    // cycles in which operands entered the array, since reset
    output wire [`FLX_PERF_BITS-1:0]       busy_cycles_o
);
    localparam [23:0] COLS_W = COLS, ROWS_W = ROWS, LANES_W = LANES;

    reg [ROWS*LANES*MANT_BITS-1:0] a_mem_q [0:(1<<ADDR_BITS)-1];
    reg [COLS*LANES*MANT_BITS-1:0] b_mem_q [0:(1<<ADDR_BITS)-1];
    reg [COLS*MANT_BITS-1:0]       c_mem_q [0:(1<<ADDR_BITS)-1];
    always @(posedge clk_i) begin
        if (a_we_i) a_mem_q[waddr_i] <= a_word_i;
        if (b_we_i) b_mem_q[waddr_i] <= b_word_i;
    end

    // ---- command: a word of fields; those that an opcode does not use are 0 ---------------------
    reg [`FLX_CMD_BITS-1:0] cmd;
    always @* begin
        cmd = {`FLX_CMD_BITS{1'b0}};
        cmd[`FLX_CMD_OP_LSB +: `FLX_CMD_OP_BITS]             = op_i;
        cmd[`FLX_CMD_TENSOR_A_LSB +: `FLX_CMD_TENSOR_A_BITS] = tensor_a_i;
        cmd[`FLX_CMD_TENSOR_B_LSB +: `FLX_CMD_TENSOR_B_BITS] = tensor_b_i;
        cmd[`FLX_CMD_TENSOR_C_LSB +: `FLX_CMD_TENSOR_C_BITS] = tensor_c_i;
        cmd[`FLX_CMD_M_LSB +: `FLX_CMD_M_BITS]               = m_i;
        cmd[`FLX_CMD_N_LSB +: `FLX_CMD_N_BITS]               = n_i;
        cmd[`FLX_CMD_K_LSB +: `FLX_CMD_K_BITS]               = k_i;
        cmd[`FLX_CMD_ROUNDING_LSB +: `FLX_CMD_ROUNDING_BITS] = `FLX_ROUND_NEAREST_EVEN;
        cmd[`FLX_CMD_DRY_RUN_LSB]                            = dry_run_i;
        cmd[`FLX_CMD_EXP_LSB +: `FLX_CMD_EXP_BITS]           = exp_i;
        cmd[`FLX_CMD_STATE_LSB +: `FLX_CMD_STATE_BITS]       = state_i;
    end

    // One command at a time: the next one waits for this one's response and its operands' last beat.
    reg  waits_q;               // for the response
    wire core_ready, rsp_valid;
    wire a_left, b_left;        // beats to be sent
    wire idle = !waits_q && !a_left && !b_left;
    wire take = cmd_valid_i && cmd_ready_o;
    assign cmd_ready_o = idle && core_ready;
    always @(posedge clk_i)
        if (!rst_ni) waits_q <= 1'b0;
        else if (take) waits_q <= 1'b1;
        else if (rsp_valid) waits_q <= 1'b0;

    // A command that the core's checks refuse has no beats. What they could refuse here is a shape of 0: tensors and modes are this host's own.
    wire runs = op_i == `FLX_OP_GEMM && m_i != 24'd0 && n_i != 24'd0 && k_i != 24'd0;

    // ---- operands: for each tile row, for each tile column, all steps ---------------------------
    wire [23:0] steps_of_k = (k_i + LANES_W - 24'd1) / LANES_W;
    wire [23:0] tiles_of_m = (m_i + ROWS_W - 24'd1) / ROWS_W;
    wire [23:0] tiles_of_n = (n_i + COLS_W - 24'd1) / COLS_W;
    reg  [23:0] steps_q, tiles_n_q;
    reg  [23:0] a_step_q, a_tile_n_q, a_tiles_m_q, b_step_q, b_tile_n_q, b_tiles_m_q;
    reg  [ADDR_BITS-1:0] a_first_q, a_addr_q, b_addr_q;
    wire a_ready, b_ready;
    wire a_sent = a_left && a_ready, a_last = a_step_q == steps_q - 24'd1, a_wrap = a_tile_n_q == tiles_n_q - 24'd1;
    wire b_sent = b_left && b_ready, b_last = b_step_q == steps_q - 24'd1, b_wrap = b_tile_n_q == tiles_n_q - 24'd1;
    assign a_left = a_tiles_m_q != 24'd0;
    assign b_left = b_tiles_m_q != 24'd0;
    always @(posedge clk_i)
        if (!rst_ni) begin
            a_tiles_m_q <= 24'd0;
            b_tiles_m_q <= 24'd0;
        end else if (take) begin
            steps_q     <= steps_of_k;
            tiles_n_q   <= tiles_of_n;
            a_tiles_m_q <= runs ? tiles_of_m : 24'd0;
            b_tiles_m_q <= runs ? tiles_of_m : 24'd0;
            a_step_q    <= 24'd0;
            b_step_q    <= 24'd0;
            a_tile_n_q  <= 24'd0;
            b_tile_n_q  <= 24'd0;
            a_first_q   <= {ADDR_BITS{1'b0}};
            a_addr_q    <= {ADDR_BITS{1'b0}};
            b_addr_q    <= {ADDR_BITS{1'b0}};
        end else begin
            if (a_sent) begin       // the tile row's words again for each tile column
                a_step_q <= a_last ? 24'd0 : a_step_q + 24'd1;
                a_addr_q <= a_last && !a_wrap ? a_first_q : a_addr_q + {{ADDR_BITS-1{1'b0}}, 1'b1};
                if (a_last) a_tile_n_q <= a_wrap ? 24'd0 : a_tile_n_q + 24'd1;
                if (a_last && a_wrap) begin
                    a_first_q   <= a_addr_q + {{ADDR_BITS-1{1'b0}}, 1'b1};
                    a_tiles_m_q <= a_tiles_m_q - 24'd1;
                end
            end
            if (b_sent) begin       // all words again for each tile row
                b_step_q <= b_last ? 24'd0 : b_step_q + 24'd1;
                b_addr_q <= b_last && b_wrap ? {ADDR_BITS{1'b0}} : b_addr_q + {{ADDR_BITS-1{1'b0}}, 1'b1};
                if (b_last) b_tile_n_q <= b_wrap ? 24'd0 : b_tile_n_q + 24'd1;
                if (b_last && b_wrap) b_tiles_m_q <= b_tiles_m_q - 24'd1;
            end
        end

    // ---- results -------------------------------------------------------------------------------
    wire                      c_valid, c_last;
    wire [COLS*MANT_BITS-1:0] c_data;
    reg  [ADDR_BITS:0]        c_count_q;
    reg                       c_done_q;
    always @(posedge clk_i) begin
        if (!rst_ni || (take && op_i == `FLX_OP_GEMM)) begin
            c_count_q <= {ADDR_BITS+1{1'b0}};
            c_done_q  <= 1'b0;
        end else if (c_valid) begin
            c_count_q <= c_count_q + {{ADDR_BITS{1'b0}}, 1'b1};
            c_done_q  <= c_last;
        end
        if (c_valid) c_mem_q[c_count_q[ADDR_BITS-1:0]] <= c_data;
    end
    assign c_row_o   = c_mem_q[c_addr_i];
    assign c_count_o = c_count_q;
    assign c_done_o  = c_done_q;

    // ---- the core ------------------------------------------------------------------------------
    wire [`FLX_RSP_BITS-1:0]                 rsp;
    wire [`FLX_PERF_COUNT*`FLX_PERF_BITS-1:0] perf;
    wire [15:0]                              ecc_corrected, ecc_uncorrectable;
    flx_core #(
        .ROWS(ROWS), .COLS(COLS), .LANES(LANES), .MANT_BITS(MANT_BITS), .EXP_BITS(EXP_BITS), .TENSORS(TENSORS)
    ) u_core (
        .clk_i(clk_i),
        .rst_ni(rst_ni),
        .cmd_valid_i(cmd_valid_i && idle),
        .cmd_ready_o(core_ready),
        .cmd_data_i(cmd),
        .a_valid_i(a_left),
        .a_ready_o(a_ready),
        .a_data_i(a_mem_q[a_addr_q]),
        .b_valid_i(b_left),
        .b_ready_o(b_ready),
        .b_data_i(b_mem_q[b_addr_q]),
        .c_valid_o(c_valid),
        .c_ready_i(1'b1),
        .c_data_o(c_data),
        .c_last_o(c_last),
        .rsp_valid_o(rsp_valid),
        .rsp_ready_i(1'b1),
        .rsp_data_o(rsp),
        .perf_o(perf),
        .ecc_corrected_o(ecc_corrected),
        .ecc_uncorrectable_o(ecc_uncorrectable)
    );

    // ---- response ------------------------------------------------------------------------------
    assign rsp_valid_o    = rsp_valid;
    assign rsp_status_o   = rsp[`FLX_RSP_STATUS_LSB +: `FLX_RSP_STATUS_BITS];
    assign rsp_op_o       = rsp[`FLX_RSP_OP_LSB +: `FLX_RSP_OP_BITS];
    assign rsp_tensor_o   = rsp[`FLX_RSP_TENSOR_LSB +: `FLX_RSP_TENSOR_BITS];
    assign rsp_exp_o      = rsp[`FLX_RSP_EXP_LSB +: `FLX_RSP_EXP_BITS];
    assign rsp_exp_next_o = rsp[`FLX_RSP_EXP_NEXT_LSB +: `FLX_RSP_EXP_NEXT_BITS];
    assign rsp_state_o    = rsp[`FLX_RSP_STATE_LSB +: `FLX_RSP_STATE_BITS];
    assign rsp_gamma_o    = rsp[`FLX_RSP_GAMMA_LSB +: `FLX_RSP_GAMMA_BITS];
    assign rsp_overflow_o = rsp[`FLX_RSP_OVERFLOW_LSB];
    assign busy_cycles_o  = perf[`FLX_PERF_BUSY*`FLX_PERF_BITS +: `FLX_PERF_BITS];
    wire unused = &{1'b0, rsp, perf, ecc_corrected, ecc_uncorrectable};
endmodule
`default_nettype wire
