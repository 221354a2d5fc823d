// flx_exp_init.v - one step of Algorithm 1, the search of a tensor's first exponent. Twin: cmodel/golden/flx_autoflex.c (init_step)
// SPDX-License-Identifier: Apache-2.0
//
// Combinational. gamma_i is 0..2^(N-1); code_i selects the code profile's test value G + 1.
`default_nettype none
`include "flx_defs.vh"
module flx_exp_init #(
    parameter MANT_BITS = 16,
    parameter EXP_BITS  = 5
) (
    input  wire                 code_i,
    input  wire [MANT_BITS-1:0] gamma_i,
    input  wire [EXP_BITS-1:0]  exp_i,
    input  wire [3:0]           tries_i,
    output wire [EXP_BITS-1:0]  exp_next_o,
    output wire                 done_o
);
    localparam N         = MANT_BITS;
    localparam M         = EXP_BITS;
    localparam TRIES_MAX = `FLX_INIT_TRIES_MAX;
    localparam [N-1:0] OVERFLOW = (1 << (N - 1)) - 1;
    localparam [N-1:0] TARGET   = 1 << (N - 2);
    localparam [N-1:0] ENOUGH   = 1 << ((N - 1) / 2 - 2);
    localparam [31:0]  DOWN     = (N - 1) / 2;
    localparam [31:0]  JUMP     = N - 2;

    wire [N-1:0] tested = gamma_i + {{N-1{1'b0}}, code_i};
    wire         up     = tested >= OVERFLOW;
    wire         low  = tested < TARGET;

    // ceil(log2 G) = bit length of G - 1; the code profile takes the bit length of G' itself, which is G + 1
    wire [N-1:0] lengthy = code_i ? tested : gamma_i == {N{1'b0}} ? gamma_i : gamma_i - {{N-1{1'b0}}, 1'b1};
    reg  [M+1:0] bit_length;
    integer i;
    always @* begin
        bit_length = {M+2{1'b0}};
        for (i = 0; i < N; i = i + 1)
            if (lengthy[i]) bit_length = i[M+1:0] + {{M+1{1'b0}}, 1'b1};
    end

    wire [M+1:0] jump   = JUMP[M+1:0] + {{M+1{1'b0}}, code_i} - bit_length;
    wire [M+1:0] wanted = {2'b00, exp_i} + (up ? -DOWN[M+1:0] : low ? jump : {M+2{1'b0}});   // two's complement
    wire         below  = wanted[M+1];
    wire         above  = !below && wanted[M];
    wire         found  = !up && (!low || (code_i ? tested >= ENOUGH : tested > ENOUGH));
    wire         give_up = !found && tries_i >= TRIES_MAX - 1;

    assign done_o     = below || above || found || give_up;
    assign exp_next_o = below ? {M{1'b0}}
                      : above ? {M{gamma_i != {N{1'b0}}}}
                      : give_up ? {M{1'b0}} : wanted[M-1:0];
endmodule
`default_nettype wire
