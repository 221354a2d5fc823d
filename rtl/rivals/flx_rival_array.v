// flx_rival_array.v - output-stationary ROWS x COLS grid of a rival's PE, with operand skew and one bus per column. Twin: rtl/array/flx_array.v
// SPDX-License-Identifier: Apache-2.0
//
// A beat in cycle t reaches PE(i, j)'s registers in t + 1 + i + j; its accumulator is on column bus j in t + 2 + i + j + PE_PIPE. Whoever drives it keeps
// two tiles' results apart (a tile of at least ROWS beats does), so a bus has at most one driver in a cycle and is an OR.
// b_i is of plain words; flx_rival_edge.v makes a column's words of them behind its skew. Parameters: flx_rival_pe.v. In a cycle without a beat first_i, last_i, a_i and b_i are 0.
`default_nettype none
module flx_rival_array #(
    parameter ROWS      = 8,
    parameter COLS      = 8,
    parameter KIND      = 3,
    parameter LANES     = 1,
    parameter PE_PIPE   = 0,
    parameter SUBNORMAL = 1,
    parameter SERIAL    = 1,
    parameter FAST      = 0,
    parameter IN_BITS   = KIND == 0 ? 8 : KIND == 5 ? 32 : 16,                                                                              // derived
    parameter ACC_BITS  = KIND == 1 || KIND == 2 ? 16 : 32,                                                                                 // derived
    parameter B_BITS    = FAST != 0 ? IN_BITS : KIND == 0 ? 13 : KIND == 5 ? 44 : KIND == 1 || KIND == 3 ? 20 : SUBNORMAL != 0 ? 23 : 22   // derived
) (
    input  wire                          clk_i,
    input  wire                          rst_ni,
    input  wire                          first_i,
    input  wire [ROWS-1:0]               last_i,        // per row: 0 in rows without a result
    input  wire [ROWS*LANES*IN_BITS-1:0] a_i,
    input  wire [COLS*LANES*IN_BITS-1:0] b_i,
    output wire [COLS*ACC_BITS-1:0]      col_data_o
);
    localparam WORD = LANES * IN_BITS, B_WORD = LANES * B_BITS;

    genvar i, j, l;
    generate
        for (i = 0; i < ROWS; i = i + 1) begin : g_row
            wire            first_skewed, last_skewed;
            wire [WORD-1:0] a_skewed;
            flx_rival_pipe #(.WIDTH(1), .DEPTH(i)) u_first_skew (.clk_i(clk_i), .rst_ni(1'b1), .data_i(first_i), .data_o(first_skewed));
            flx_rival_pipe #(.WIDTH(1), .DEPTH(i)) u_last_skew (.clk_i(clk_i), .rst_ni(rst_ni), .data_i(last_i[i]), .data_o(last_skewed));
            flx_rival_pipe #(.WIDTH(WORD), .DEPTH(i)) u_a_skew (
                .clk_i(clk_i), .rst_ni(1'b1), .data_i(a_i[i*WORD +: WORD]), .data_o(a_skewed)
            );
            for (j = 0; j < COLS; j = j + 1) begin : g_col
                wire                first, last, done;
                wire                first_left, last_left;
                wire [WORD-1:0]     a_left, a_right;
                wire [B_WORD-1:0]   b_above, b_below;
                wire [ACC_BITS-1:0] acc, bus;
                if (j == 0) begin : g_left
                    assign first_left = first_skewed;
                    assign last_left  = last_skewed;
                    assign a_left     = a_skewed;
                end else begin : g_inner
                    assign first_left = g_col[j-1].first;
                    assign last_left  = g_col[j-1].last;
                    assign a_left     = g_col[j-1].a_right;
                end
                if (i == 0) begin : g_top
                    wire [WORD-1:0] b_skewed;
                    flx_rival_pipe #(.WIDTH(WORD), .DEPTH(j)) u_b_skew (
                        .clk_i(clk_i), .rst_ni(1'b1), .data_i(b_i[j*WORD +: WORD]), .data_o(b_skewed)
                    );
                    for (l = 0; l < LANES; l = l + 1) begin : g_edge
                        flx_rival_edge #(.KIND(KIND), .SUBNORMAL(SUBNORMAL), .FAST(FAST)) u_edge (
                            .word_i(b_skewed[l*IN_BITS +: IN_BITS]), .word_o(b_above[l*B_BITS +: B_BITS])
                        );
                    end
                end else begin : g_below
                    assign b_above = g_row[i-1].g_col[j].b_below;
                end
                flx_rival_pe #(.KIND(KIND), .LANES(LANES), .PE_PIPE(PE_PIPE), .SUBNORMAL(SUBNORMAL), .SERIAL(SERIAL), .FAST(FAST)) u_pe (
                    .clk_i(clk_i),
                    .rst_ni(rst_ni),
                    .first_i(first_left),
                    .last_i(last_left),
                    .a_i(a_left),
                    .b_i(b_above),
                    .first_o(first),
                    .last_o(last),
                    .a_o(a_right),
                    .b_o(b_below),
                    .done_o(done),
                    .acc_o(acc)
                );
                // bus of column j from row 0 to row i
                if (i == 0) begin : g_bus_top
                    assign bus = acc & {ACC_BITS{done}};
                end else begin : g_bus
                    assign bus = g_row[i-1].g_col[j].bus | (acc & {ACC_BITS{done}});
                end
                if (i == ROWS - 1) begin : g_out
                    assign col_data_o[j*ACC_BITS +: ACC_BITS] = bus;
                    wire unused_below = &{1'b0, b_below};
                end
                if (j == COLS - 1) begin : g_right
                    wire unused_right = &{1'b0, first, last, a_right};
                end
            end
        end
    endgenerate
endmodule
`default_nettype wire
