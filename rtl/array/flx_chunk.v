// flx_chunk.v - chunked accumulation: rounds a running sum to 12 fraction bits under the output LSB. Twin: cmodel/golden/flx_requant.c (flx_chunk_round)
// SPDX-License-Identifier: Apache-2.0
//
// t = trunc_toward_zero(acc * 2^12 / 2^s), saturated to 32 bits; t = (t + 2^11) & ~(2^12 - 1); acc = t * 2^s / 2^12,
// toward zero. Combinational. The result's magnitude is at most twice the input's, or the input's and half an output LSB.
`default_nettype none
module flx_chunk #(
    parameter ACC_BITS   = 50,
    parameter SHIFT_BITS = 7
) (
    input  wire [ACC_BITS-1:0]   acc_i,
    input  wire [SHIFT_BITS-1:0] shift_i,    // s, two's complement
    output wire [ACC_BITS-1:0]   acc_o
);
    localparam W = ACC_BITS;
    localparam S = SHIFT_BITS;
    localparam [S-1:0] FRACTION = 12;

    wire         negative  = acc_i[W-1];
    wire [W-1:0] magnitude = negative ? -acc_i : acc_i;

    // |t|, saturated to 2^31 - 1, or to 2^31 when negative
    wire [S:0]   right     = {shift_i[S-1], shift_i} - {1'b0, FRACTION};
    wire [S:0]   left      = {1'b0, FRACTION} - {shift_i[S-1], shift_i};
    wire [W-1:0] shrunk    = magnitude >> right[S-1:0];
    wire [W+31:0] grown    = {32'd0, magnitude} << left[S-1:0];
    wire         huge_left = left[S-1:0] > 31;
    wire [W+31:0] scaled   = right[S] ? grown : {32'd0, shrunk};
    wire         over      = right[S] && huge_left ? magnitude != {W{1'b0}} : |scaled[W+31:31];
    wire [31:0]  t         = over ? {negative, {31{!negative}}} : {1'b0, scaled[30:0]};

    wire [33:0]  whole = (negative ? -{2'b00, t} : {2'b00, t}) + 34'd2048;
    wire [21:0]  lsb   = whole[33:12];          // in output LSBs, floor; -2^19 .. 2^19

    // back: left for s >= 0, toward zero for s < 0
    wire [21:0]  lsb_magnitude = lsb[21] ? -lsb : lsb;
    wire [S-1:0] down          = -shift_i;
    wire [21:0]  lsb_down      = lsb_magnitude >> down;
    wire [W-1:0] fine         = {{W-22{1'b0}}, lsb_down};
    wire [W-1:0] up            = {{W-22{lsb[21]}}, lsb} << shift_i;
    assign acc_o = !shift_i[S-1] ? up : lsb[21] ? -fine : fine;

    wire unused = &{1'b0, whole[11:0], right, left};
endmodule
`default_nettype wire
