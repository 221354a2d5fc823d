// flx_array.v - output-stationary ROWS x COLS grid with operand skew and one bus per column. Twin: docs/core.md
// SPDX-License-Identifier: Apache-2.0
//
// A beat in cycle t reaches PE(i, j)'s registers in t + 1 + i + j; its accumulator is on column bus j in t + 2 + PE_PIPE + i + j.
// b enters each column as mantissas and goes down it as digits (flx_recode.v), so a mantissa is recoded once, not in every row.
// flx_seq keeps two tiles' results apart, so a bus has at most one driver in a cycle and is an OR.
`default_nettype none
module flx_array #(
    parameter ROWS       = 8,
    parameter COLS       = 8,
    parameter LANES      = 4,
    parameter MANT_BITS  = 16,
    parameter ACC_BITS   = 48,
    parameter SHIFT_BITS = 7,
    parameter CHUNK_EN   = 0,
    parameter PE_PIPE    = 0,
    parameter FAST       = 0,
    parameter SUM_BITS   = ACC_BITS + (CHUNK_EN != 0 ? 2 : 0),                              // derived
    parameter B_LANE     = FAST != 0 ? MANT_BITS : 3 * ((MANT_BITS + 1) / 2) + 1            // derived: b's bits of a lane between PEs
) (
    input  wire                            clk_i,
    input  wire                            rst_ni,
    // 0 in a cycle without a beat: first_i, last_i, chunk_i, a_i
    input  wire                            first_i,
    input  wire [ROWS-1:0]                 last_i,      // per row: 0 in rows without a result
    input  wire                            chunk_i,
    input  wire [SHIFT_BITS-1:0]           shift_i,
    input  wire [ROWS*LANES*MANT_BITS-1:0] a_i,
    input  wire [COLS*LANES*MANT_BITS-1:0] b_i,
    output wire [COLS*SUM_BITS-1:0]        col_data_o,
    output wire [COLS-1:0]                 col_sat_o
);
    localparam WORD = LANES * MANT_BITS;
    localparam CTL  = 2 + SHIFT_BITS;

    genvar i, j, l;
    generate
        for (i = 0; i < ROWS; i = i + 1) begin : g_row
            wire [CTL-1:0]  ctl;
            wire [WORD-1:0] a;
            wire [i:0]      last_row;   // last_i after 0 .. i cycles: reset, for a stray bit would drive the bus
            assign last_row[0] = last_i[i];
            if (i > 0) begin : g_last
                reg [i-1:0] last_q;
                always @(posedge clk_i)
                    if (!rst_ni) last_q <= {i{1'b0}};
                    else last_q <= last_row[i-1:0];
                assign last_row[i:1] = last_q;
            end
            flx_skew #(.WIDTH(CTL), .DEPTH(i)) u_ctl_skew (
                .clk_i(clk_i), .data_i({shift_i, chunk_i, first_i}), .data_o(ctl)
            );
            flx_skew #(.WIDTH(WORD), .DEPTH(i)) u_a_skew (
                .clk_i(clk_i), .data_i(a_i[i*WORD +: WORD]), .data_o(a)
            );
            for (j = 0; j < COLS; j = j + 1) begin : g_col
                wire                  first, last, chunk, done, sat;
                wire [SHIFT_BITS-1:0] shift;
                wire [WORD-1:0]       a_right;
                wire [LANES*B_LANE-1:0] b_above, b_below;
                wire [SUM_BITS-1:0]   acc;
                wire                  first_left, last_left, chunk_left;
                wire [SHIFT_BITS-1:0] shift_left;
                wire [WORD-1:0]       a_left;
                if (j == 0) begin : g_left
                    assign first_left = ctl[0];
                    assign last_left  = last_row[i];
                    assign chunk_left = ctl[1];
                    assign shift_left = ctl[CTL-1:2];
                    assign a_left     = a;
                end else begin : g_inner
                    assign first_left = g_col[j-1].first;
                    assign last_left  = g_col[j-1].last;
                    assign chunk_left = g_col[j-1].chunk;
                    assign shift_left = g_col[j-1].shift;
                    assign a_left     = g_col[j-1].a_right;
                end
                if (i == 0) begin : g_top
                    wire [WORD-1:0] b;
                    flx_skew #(.WIDTH(WORD), .DEPTH(j)) u_b_skew (
                        .clk_i(clk_i), .data_i(b_i[j*WORD +: WORD]), .data_o(b)
                    );
                    if (FAST != 0) begin : g_mantissas
                        assign b_above = b;
                    end else begin : g_digits
                        for (l = 0; l < LANES; l = l + 1) begin : g_lane
                            flx_recode #(.BITS(MANT_BITS), .SIGNED(1)) u_recode (
                                .b_i(b[l*MANT_BITS +: MANT_BITS]), .digits_o(b_above[l*B_LANE +: B_LANE])
                            );
                        end
                    end
                end else begin : g_below
                    assign b_above = g_row[i-1].g_col[j].b_below;
                end
                flx_pe #(
                    .LANES(LANES), .MANT_BITS(MANT_BITS), .ACC_BITS(ACC_BITS), .SHIFT_BITS(SHIFT_BITS), .CHUNK_EN(CHUNK_EN),
                    .PE_PIPE(PE_PIPE), .FAST(FAST)
                ) u_pe (
                    .clk_i(clk_i),
                    .rst_ni(rst_ni),
                    .first_i(first_left),
                    .last_i(last_left),
                    .chunk_i(chunk_left),
                    .shift_i(shift_left),
                    .a_i(a_left),
                    .b_i(b_above),
                    .first_o(first),
                    .last_o(last),
                    .chunk_o(chunk),
                    .shift_o(shift),
                    .a_o(a_right),
                    .b_o(b_below),
                    .done_o(done),
                    .sat_o(sat),
                    .acc_o(acc)
                );
                // bus of column j from row 0 to row i
                wire [SUM_BITS-1:0] bus;
                wire                bus_sat;
                if (i == 0) begin : g_bus_top
                    assign bus     = acc & {SUM_BITS{done}};
                    assign bus_sat = sat && done;
                end else begin : g_bus
                    assign bus     = g_row[i-1].g_col[j].bus | (acc & {SUM_BITS{done}});
                    assign bus_sat = g_row[i-1].g_col[j].bus_sat | (sat && done);
                end
                if (i == ROWS - 1) begin : g_out
                    assign col_data_o[j*SUM_BITS +: SUM_BITS] = bus;
                    assign col_sat_o[j] = bus_sat;
                    wire unused_below = &{1'b0, b_below};
                end
                if (j == COLS - 1) begin : g_right
                    wire unused_right = &{1'b0, first, last, chunk, shift, a_right};
                end
            end
        end
    endgenerate
endmodule
`default_nettype wire
