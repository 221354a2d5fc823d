// flx_rival_array.v - output-stationary ROWS x COLS grid of a rival's PEs in clusters, with operand skew and one bus per column. Twin: rtl/array/flx_array.v
// SPDX-License-Identifier: Apache-2.0
//
// Row r of the clusters in row I is row r ROWS / CLUSTER + I, column c of those in column J is column J CLUSTER + c. A beat in cycle t reaches the registers of
// cluster (I, J) in t + 1 + I + J. All its rows end in one cycle, so a column has a bus per row of a cluster; row r + 1's is ORed into row r's through
// ROWS / CLUSTER registers, and row 0's is the column's. So row i is on column bus j in t + 2 + PE_PIPE + i + j / CLUSTER: rows leave in order. Whoever
// drives it keeps two tiles' results apart (a tile of at least ROWS beats does), so a bus has at most one driver in a cycle and is an OR. What the
// registers between buses hold at power-on has left them ROWS - ROWS / CLUSTER cycles after reset.
// b_i is of plain words; flx_rival_edge.v makes a column's words of them behind its skew. Parameters: flx_rival_cluster.v. In a cycle without a beat first_i, last_i, a_i
// and b_i are 0.
`default_nettype none
module flx_rival_array #(
    parameter ROWS      = 8,
    parameter COLS      = 8,
    parameter CLUSTER   = 2,
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
    localparam DOWN = ROWS / CLUSTER, ACROSS = COLS / CLUSTER;      // clusters

    generate
        if (ROWS % CLUSTER != 0 || COLS % CLUSTER != 0) begin : g_rule_whole
            flx_rule_rival_rows_and_cols_are_multiples_of_cluster u_rule();
        end
    endgenerate

    genvar i, j, r, l;
    generate
        for (i = 0; i < DOWN; i = i + 1) begin : g_row
            wire                    first_skewed;
            wire [CLUSTER-1:0]      last_skewed;
            wire [CLUSTER*WORD-1:0] a_skewed;
            flx_rival_pipe #(.WIDTH(1), .DEPTH(i)) u_first_skew (.clk_i(clk_i), .rst_ni(1'b1), .data_i(first_i), .data_o(first_skewed));
            for (r = 0; r < CLUSTER; r = r + 1) begin : g_skew
                flx_rival_pipe #(.WIDTH(1), .DEPTH(i)) u_last (
                    .clk_i(clk_i), .rst_ni(rst_ni), .data_i(last_i[r*DOWN+i]), .data_o(last_skewed[r])
                );
                flx_rival_pipe #(.WIDTH(WORD), .DEPTH(i)) u_a (
                    .clk_i(clk_i), .rst_ni(1'b1), .data_i(a_i[(r*DOWN+i)*WORD +: WORD]), .data_o(a_skewed[r*WORD +: WORD])
                );
            end
            for (j = 0; j < ACROSS; j = j + 1) begin : g_col
                wire                                first, first_left;
                wire [CLUSTER-1:0]                  last, last_left, done;
                wire [CLUSTER*WORD-1:0]             a_left, a_right;
                wire [CLUSTER*B_WORD-1:0]           b_above, b_below;
                wire [CLUSTER*CLUSTER*ACC_BITS-1:0] acc, bus;
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
                    wire [CLUSTER*WORD-1:0] b_skewed;
                    flx_rival_pipe #(.WIDTH(CLUSTER*WORD), .DEPTH(j)) u_b_skew (
                        .clk_i(clk_i), .rst_ni(1'b1), .data_i(b_i[j*CLUSTER*WORD +: CLUSTER*WORD]), .data_o(b_skewed)
                    );
                    for (l = 0; l < CLUSTER * LANES; l = l + 1) begin : g_edge
                        flx_rival_edge #(.KIND(KIND), .SUBNORMAL(SUBNORMAL), .FAST(FAST)) u_edge (
                            .word_i(b_skewed[l*IN_BITS +: IN_BITS]), .word_o(b_above[l*B_BITS +: B_BITS])
                        );
                    end
                end else begin : g_below
                    assign b_above = g_row[i-1].g_col[j].b_below;
                end
                flx_rival_cluster #(
                    .CLUSTER(CLUSTER), .KIND(KIND), .LANES(LANES), .PE_PIPE(PE_PIPE), .SUBNORMAL(SUBNORMAL), .SERIAL(SERIAL), .FAST(FAST)
                ) u_cluster (
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
                // buses of the cluster's rows and columns, from the clusters of row 0 to those of row i
                wire [CLUSTER*CLUSTER*ACC_BITS-1:0] driven;
                for (r = 0; r < CLUSTER; r = r + 1) begin : g_driven
                    assign driven[r*CLUSTER*ACC_BITS +: CLUSTER*ACC_BITS] = acc[r*CLUSTER*ACC_BITS +: CLUSTER*ACC_BITS] & {CLUSTER*ACC_BITS{done[r]}};
                end
                if (i == 0) begin : g_bus_top
                    assign bus = driven;
                end else begin : g_bus
                    assign bus = g_row[i-1].g_col[j].bus | driven;
                end
                if (i == DOWN - 1) begin : g_out
                    wire [CLUSTER*CLUSTER*ACC_BITS-1:0] whole;      // with the rows behind, in their turn
                    for (r = 0; r < CLUSTER; r = r + 1) begin : g_bus_row
                        wire [CLUSTER*ACC_BITS-1:0] own = bus[r*CLUSTER*ACC_BITS +: CLUSTER*ACC_BITS];
                        if (r == CLUSTER - 1) begin : g_last
                            assign whole[r*CLUSTER*ACC_BITS +: CLUSTER*ACC_BITS] = own;
                        end else begin : g_next
                            wire [CLUSTER*ACC_BITS-1:0] late;
                            flx_rival_pipe #(.WIDTH(CLUSTER*ACC_BITS), .DEPTH(DOWN)) u_late (
                                .clk_i(clk_i), .rst_ni(1'b1), .data_i(whole[(r+1)*CLUSTER*ACC_BITS +: CLUSTER*ACC_BITS]), .data_o(late)
                            );
                            assign whole[r*CLUSTER*ACC_BITS +: CLUSTER*ACC_BITS] = own | late;
                        end
                    end
                    assign col_data_o[j*CLUSTER*ACC_BITS +: CLUSTER*ACC_BITS] = whole[CLUSTER*ACC_BITS-1:0];
                    wire unused_below = &{1'b0, b_below};
                end
                if (j == ACROSS - 1) begin : g_right
                    wire unused_right = &{1'b0, first, last, a_right};
                end
            end
        end
    endgenerate
endmodule
`default_nettype wire
