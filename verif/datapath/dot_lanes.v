// dot_lanes.v - flx_dot with every lane and the addend, and flx_dot_halves, beside flx_dot_fast, and flx_chunk, in several sizes. Twin: datapath_test.cc
// SPDX-License-Identifier: Apache-2.0
`default_nettype none
module dot_lanes (
    input  wire [511:0] a_i,
    input  wire [511:0] b_i,
    input  wire [63:0]  add_i,
    input  wire [9:0]   shift_i,
    output wire [63:0]  fast4_o,        // 4 lanes of 16 bits in 48 bits
    output wire [7:0]   differ_o,       // per size
    output wire [63:0]  chunk50_o,      // add_i's low 50 bits rounded, shift_i's low 7 bits
    output wire [63:0]  chunk42_o       // 42 bits, 10 bits
);
    // LANES, MANT_BITS, SUM_BITS
    localparam [8*24-1:0] SIZES = {8'd1, 8'd9, 8'd18, 8'd2, 8'd11, 8'd30, 8'd32, 8'd16, 8'd62, 8'd16, 8'd16, 8'd48, 8'd1, 8'd12, 8'd43,
                                   8'd4, 8'd8, 8'd48, 8'd2, 8'd16, 8'd50, 8'd4, 8'd16, 8'd48};
    genvar g, l;
    generate
        for (g = 0; g < 8; g = g + 1) begin : g_size
            localparam integer LANES = {24'd0, SIZES[24*g+16 +: 8]};
            localparam integer N     = {24'd0, SIZES[24*g+8 +: 8]};
            localparam integer W     = {24'd0, SIZES[24*g +: 8]};
            localparam integer D     = 3 * ((N + 1) / 2) + 1;
            wire [LANES*D-1:0] digits;
            for (l = 0; l < LANES; l = l + 1) begin : g_lane
                flx_recode #(.BITS(N), .SIGNED(1)) u_recode (.b_i(b_i[l*N +: N]), .digits_o(digits[l*D +: D]));
            end
            wire [W-1:0] structural, fast;
            flx_dot #(.LANES(LANES), .MANT_BITS(N), .SUM_BITS(W)) u_dot (
                .a_i(a_i[LANES*N-1:0]), .digits_i(digits), .add_i(add_i[W-1:0]), .sum_o(structural)
            );
            flx_dot_fast #(.LANES(LANES), .MANT_BITS(N), .SUM_BITS(W)) u_fast (
                .a_i(a_i[LANES*N-1:0]), .b_i(b_i[LANES*N-1:0]), .add_i(add_i[W-1:0]), .sum_o(fast)
            );
            localparam integer LO = N + $clog2(LANES * ((N + 1) / 2) + 1);
            localparam integer HI = N + $clog2(LANES);
            wire [LO-1:0] lo;
            wire [HI-1:0] hi;
            flx_dot_halves #(.LANES(LANES), .MANT_BITS(N)) u_halves (
                .a_i(a_i[LANES*N-1:0]), .digits_i(digits), .lo_o(lo), .hi_o(hi)
            );
            wire [63:0] halves = add_i + {{64-LO{1'b0}}, lo} + {{64-HI-N{hi[HI-1]}}, hi, {N{1'b0}}};
            assign differ_o[g] = structural != fast || halves[W-1:0] != fast;
            wire unused = &{1'b0, halves};
        end
    endgenerate
    assign fast4_o = {16'd0, g_size[0].fast};

    wire [49:0] chunk50;
    wire [41:0] chunk42;
    flx_chunk #(.ACC_BITS(50), .SHIFT_BITS(7)) u_chunk50 (.acc_i(add_i[49:0]), .shift_i(shift_i[6:0]), .acc_o(chunk50));
    flx_chunk #(.ACC_BITS(42), .SHIFT_BITS(10)) u_chunk42 (.acc_i(add_i[41:0]), .shift_i(shift_i), .acc_o(chunk42));
    assign chunk50_o = {{14{chunk50[49]}}, chunk50};
    assign chunk42_o = {{22{chunk42[41]}}, chunk42};
endmodule
`default_nettype wire
