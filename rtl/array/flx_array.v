// flx_array.v - output-stationary ROWS x COLS grid in clusters, with operand skew and one bus per column. Twin: docs/core.md
// SPDX-License-Identifier: Apache-2.0
//
// CLUSTER x CLUSTER PEs share operand registers (flx_cluster.v). Row r (ROWS / CLUSTER) + I of a tile is row r of the clusters I, so neighbours in
// a cluster are ROWS / CLUSTER rows of the tile apart; column J CLUSTER + c is column c of the clusters J.
// A beat in cycle t reaches the registers of cluster (I, J) in t + 1 + I + J, and all its accumulators are final in t + 2 + PE_PIPE + I + J. A column has one
// bus for each row of a cluster; bus r + 1 goes through ROWS / CLUSTER registers into bus r, and bus 0 is the column's. So row i of a tile is on
// column bus j in t + 2 + PE_PIPE + i + J: rows leave in their order.
// b enters each column as mantissas and goes down it as digits (flx_recode.v), so a mantissa is recoded once, not in every row.
// flx_seq keeps two tiles' results apart, so a bus has at most one driver in a cycle and is an OR. What the delay lines hold at power-on has left
// them ROWS - ROWS / CLUSTER cycles after reset.
`default_nettype none
module flx_array #(
    parameter ROWS       = 8,
    parameter COLS       = 8,
    parameter CLUSTER    = 2,
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
    localparam T     = CLUSTER;
    localparam CROWS = ROWS / T, CCOLS = COLS / T;      // clusters
    localparam WORD  = LANES * MANT_BITS;
    localparam CTL   = 2 + SHIFT_BITS;
    localparam BUS   = SUM_BITS + 1;                    // {sat, sum}

    genvar i, j, l, r, c;
    generate
        for (i = 0; i < CROWS; i = i + 1) begin : g_row
            wire [CTL-1:0]    ctl;
            wire [T*WORD-1:0] a_in, a;
            wire [T-1:0]      last_in;
            for (r = 0; r < T; r = r + 1) begin : g_sub
                wire [i:0] last_row;    // last_i after 0 .. i cycles: reset, for a stray bit would drive the bus
                assign last_row[0] = last_i[r*CROWS+i];
                if (i > 0) begin : g_last
                    reg [i-1:0] last_q;
                    always @(posedge clk_i)
                        if (!rst_ni) last_q <= {i{1'b0}};
                        else last_q <= last_row[i-1:0];
                    assign last_row[i:1] = last_q;
                end
                assign last_in[r] = last_row[i];
                assign a_in[r*WORD +: WORD] = a_i[(r*CROWS+i)*WORD +: WORD];
            end
            flx_skew #(.WIDTH(CTL), .DEPTH(i)) u_ctl_skew (
                .clk_i(clk_i), .data_i({shift_i, chunk_i, first_i}), .data_o(ctl)
            );
            flx_skew #(.WIDTH(T*WORD), .DEPTH(i)) u_a_skew (
                .clk_i(clk_i), .data_i(a_in), .data_o(a)
            );
            for (j = 0; j < CCOLS; j = j + 1) begin : g_col
                wire                      first, chunk;
                wire [T-1:0]              last, done;
                wire [SHIFT_BITS-1:0]     shift;
                wire [T*WORD-1:0]         a_right;
                wire [T*LANES*B_LANE-1:0] b_above, b_below;
                wire [T*T*SUM_BITS-1:0]   acc;
                wire [T*T-1:0]            sat;
                wire                      first_left, chunk_left;
                wire [T-1:0]              last_left;
                wire [SHIFT_BITS-1:0]     shift_left;
                wire [T*WORD-1:0]         a_left;
                if (j == 0) begin : g_left
                    assign first_left = ctl[0];
                    assign last_left  = last_in;
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
                    wire [T*WORD-1:0] b;
                    flx_skew #(.WIDTH(T*WORD), .DEPTH(j)) u_b_skew (
                        .clk_i(clk_i), .data_i(b_i[j*T*WORD +: T*WORD]), .data_o(b)
                    );
                    if (FAST != 0) begin : g_mantissas
                        assign b_above = b;
                    end else begin : g_digits
                        for (l = 0; l < T * LANES; l = l + 1) begin : g_lane
                            flx_recode #(.BITS(MANT_BITS), .SIGNED(1)) u_recode (
                                .b_i(b[l*MANT_BITS +: MANT_BITS]), .digits_o(b_above[l*B_LANE +: B_LANE])
                            );
                        end
                    end
                end else begin : g_below
                    assign b_above = g_row[i-1].g_col[j].b_below;
                end
                flx_cluster #(
                    .CLUSTER(T), .LANES(LANES), .MANT_BITS(MANT_BITS), .ACC_BITS(ACC_BITS), .SHIFT_BITS(SHIFT_BITS), .CHUNK_EN(CHUNK_EN),
                    .PE_PIPE(PE_PIPE), .FAST(FAST)
                ) u_cluster (
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
                // from cluster row 0 to cluster row i: bus r of the column c of these clusters at r T + c
                wire [T*T*BUS-1:0] bus;
                for (r = 0; r < T * T; r = r + 1) begin : g_pe
                    wire [BUS-1:0] own = {sat[r], acc[r*SUM_BITS +: SUM_BITS]} & {BUS{done[r/T]}};
                    if (i == 0) begin : g_bus_top
                        assign bus[r*BUS +: BUS] = own;
                    end else begin : g_bus
                        assign bus[r*BUS +: BUS] = g_row[i-1].g_col[j].bus[r*BUS +: BUS] | own;
                    end
                end
                if (i == CROWS - 1) begin : g_out
                    for (c = 0; c < T; c = c + 1) begin : g_column
                        for (r = 0; r < T; r = r + 1) begin : g_chain
                            wire [BUS-1:0] rows;        // of bus r and all behind it
                            if (r == T - 1) begin : g_end
                                assign rows = bus[(r*T+c)*BUS +: BUS];
                            end else begin : g_delayed
                                wire [BUS-1:0] later;
                                flx_skew #(.WIDTH(BUS), .DEPTH(CROWS)) u_later (
                                    .clk_i(clk_i), .data_i(g_chain[r+1].rows), .data_o(later)
                                );
                                assign rows = bus[(r*T+c)*BUS +: BUS] | later;
                            end
                        end
                        assign {col_sat_o[j*T+c], col_data_o[(j*T+c)*SUM_BITS +: SUM_BITS]} = g_chain[0].rows;
                    end
                    wire unused_below = &{1'b0, b_below};
                end
                if (j == CCOLS - 1) begin : g_right
                    wire unused_right = &{1'b0, first, last, chunk, shift, a_right};
                end
            end
        end
    endgenerate
endmodule
`default_nettype wire
