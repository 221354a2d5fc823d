// flx_drain.v - one requantiser per column on the way out of the array, rows put together again. Twin: docs/core.md
// SPDX-License-Identifier: Apache-2.0
//
// Row i of a tile is on column bus j in cycle T + i + J, J = j / CLUSTER (T = t + 2 + PE_PIPE; t: its last beat fired), and complete in
// T + COLS / CLUSTER + 2 + i. The control of a row is at column 0 in T + i and moves CLUSTER columns per cycle, like the row itself.
`default_nettype none
`include "flx_defs.vh"
module flx_drain #(
    parameter COLS       = 8,
    parameter CLUSTER    = 2,
    parameter MANT_BITS  = 16,
    parameter SUM_BITS   = 48,
    parameter SHIFT_BITS = 7,
    parameter STOCH_EN   = 0,
    parameter COL_BITS   = $clog2(COLS + 1)
) (
    input  wire                      clk_i,
    input  wire                      rst_ni,
    // a row's control, at column 0
    input  wire                      row_valid_i,
    input  wire                      row_dry_i,
    input  wire                      row_last_i,     // of the command
    input  wire [COL_BITS-1:0]       row_cols_i,     // columns with a result
    input  wire [SHIFT_BITS-1:0]     row_shift_i,
    input  wire [2:0]                row_rounding_i,
    input  wire [31:0]               row_random_i,   // of column 0
    // column buses
    input  wire [COLS*SUM_BITS-1:0]  col_data_i,
    input  wire [COLS-1:0]           col_sat_i,
    // complete rows
    output wire                      row_valid_o,
    output wire                      row_dry_o,
    output wire                      row_last_o,
    output wire [COLS*MANT_BITS-1:0] row_data_o,
    output wire [COLS-1:0]           row_clipped_o,
    output wire [COLS-1:0]           row_underflow_o,
    output wire                      row_sat_o
);
    localparam [31:0] COL_STEP = `FLX_RANDOM_COL_STEP;     // of flx_stochastic_word
    localparam OUT  = MANT_BITS + 3;
    localparam INFO = 2 + COL_BITS + SHIFT_BITS + 3 + (STOCH_EN != 0 ? 32 : 0);

    wire [COLS-1:0] sat;
    genvar j;
    generate
        for (j = 0; j < COLS; j = j + 1) begin : g_col
            localparam [31:0] INDEX = j;
            reg             valid;
            reg  [INFO-1:0] info;       // {random, rounding, shift, cols, last, dry}
            if (j == 0) begin : g_first
                always @* valid = row_valid_i;
                if (STOCH_EN != 0) begin : g_random
                    always @* info = {row_random_i, row_rounding_i, row_shift_i, row_cols_i, row_last_i, row_dry_i};
                end else begin : g_no_random
                    wire unused = &{1'b0, row_random_i};
                    always @* info = {row_rounding_i, row_shift_i, row_cols_i, row_last_i, row_dry_i};
                end
            end else if (j % CLUSTER != 0) begin : g_beside
                always @* valid = g_col[j-1].valid;
                always @* info = g_col[j-1].info;
            end else begin : g_hop
                always @(posedge clk_i) begin
                    if (!rst_ni) valid <= 1'b0;
                    else valid <= g_col[j-1].valid;
                    if (g_col[j-1].valid) info <= g_col[j-1].info;
                end
            end

            wire [COL_BITS-1:0] cols = info[2 +: COL_BITS];
            wire [31:0]         random;
            if (STOCH_EN != 0) begin : g_random_word
                assign random = info[INFO-32 +: 32] + COL_STEP * INDEX;
            end else begin : g_no_random_word
                assign random = 32'd0;
            end
            wire [MANT_BITS-1:0] mant;
            wire                 clipped, underflow, col_sat;
            flx_requant #(
                .MANT_BITS(MANT_BITS), .SUM_BITS(SUM_BITS), .SHIFT_BITS(SHIFT_BITS), .STOCH_EN(STOCH_EN)
            ) u_requant (
                .clk_i(clk_i),
                .rst_ni(rst_ni),
                .valid_i(valid && INDEX[COL_BITS-1:0] < cols),
                .acc_i(col_data_i[j*SUM_BITS +: SUM_BITS]),
                .sat_i(col_sat_i[j]),
                .shift_i(info[2+COL_BITS +: SHIFT_BITS]),
                .rounding_i(info[2+COL_BITS+SHIFT_BITS +: 3]),
                .random_i(random),
                .mant_o(mant),
                .clipped_o(clipped),
                .underflow_o(underflow),
                .sat_o(col_sat)
            );
            wire [OUT-1:0] deskewed;
            flx_skew #(.WIDTH(OUT), .DEPTH(COLS / CLUSTER - 1 - j / CLUSTER)) u_deskew (
                .clk_i(clk_i), .data_i({col_sat, underflow, clipped, mant}), .data_o(deskewed)
            );
            assign row_data_o[j*MANT_BITS +: MANT_BITS] = deskewed[MANT_BITS-1:0];
            assign row_clipped_o[j]   = deskewed[MANT_BITS];
            assign row_underflow_o[j] = deskewed[MANT_BITS+1];
            assign sat[j]             = deskewed[MANT_BITS+2];
        end
    endgenerate
    assign row_sat_o = |sat;

    // the row's control beside the last column's requantiser
    reg [2:0] valid_q, last_q, dry_q;
    always @(posedge clk_i) begin
        if (!rst_ni) valid_q <= 3'b000;
        else valid_q <= {valid_q[1:0], g_col[COLS-1].valid};
        last_q <= {last_q[1:0], g_col[COLS-1].info[1]};
        dry_q  <= {dry_q[1:0], g_col[COLS-1].info[0]};
    end
    assign row_valid_o = valid_q[2];
    assign row_last_o  = last_q[2];
    assign row_dry_o   = dry_q[2];
endmodule
`default_nettype wire
