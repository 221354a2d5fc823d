// flx_rival_fdot.v - fused floating-point dot product: LANES exact products on one scale, as one integer. Twin: verif/rivals/oracle.cc
// SPDX-License-Identifier: Apache-2.0
//
// e = the greatest exponent of a nonzero product, where a product's exponent is the sum of its operands' fields (a subnormal's is 1), 0 if
// all are zero. Each product is brought to 2^-24 of the scale that e gives, its magnitude truncated; the sum of these integers is exact:
//   sum_o = sum over lanes of sign * floor(|a * b| / 2^(e - 2 bias - 24)), exp_o = e - 2 bias + 127 (the field in binary32's bias, signed).
// special_o = {NaN, +infinity, -infinity} among the products; the rest is meaningless then. SUBNORMAL = 0: subnormals count as zero.
// FAST = 0: each lane of b_i is flx_rival_edge.v's word. PE_PIPE = 1: products and e are registered. Combinational otherwise.
`default_nettype none
module flx_rival_fdot #(
    parameter EXP_BITS  = 8,
    parameter FRAC_BITS = 7,
    parameter LANES     = 4,
    parameter SUBNORMAL = 0,
    parameter FAST      = 1,
    parameter PE_PIPE   = 0,
    parameter SUM_BITS  = 27 + $clog2(LANES),
    parameter REST      = SUBNORMAL != 0 ? FRAC_BITS + 1 : FRAC_BITS,                                               // derived
    parameter B_BITS    = 1 + EXP_BITS + (FAST != 0 ? FRAC_BITS : 3 * (REST / 2) + 1 + REST % 2)                   // derived
) (
    input  wire                                   clk_i,
    input  wire [LANES*(EXP_BITS+FRAC_BITS+1)-1:0] a_i,
    input  wire [LANES*B_BITS-1:0]                b_i,
    output wire [SUM_BITS-1:0]                    sum_o,
    output wire [9:0]                             exp_o,
    output wire [2:0]                             special_o
);
    localparam E = EXP_BITS;
    localparam F = FRAC_BITS;
    localparam M = F + 1;
    localparam P = 2 * M;
    localparam X = E + 1;               // a product's exponent
    localparam HIDDEN = SUBNORMAL != 0 ? 0 : 1;
    localparam DIGITS = FAST != 0 ? REST : B_BITS - E - 1;         // wires of b's significand
    localparam W = 26;                  // window: a product is below 4, 2^-24 is its unit
    localparam integer REBIAS = 127 - 2 * ((1 << (E - 1)) - 1);

    wire [LANES*P-1:0] product, product_q;
    wire [LANES*X-1:0] exp, exp_q;
    wire [LANES-1:0]   sign, sign_q, nan, inf_pos, inf_neg;
    wire [X-1:0]       top, top_q;
    wire [2:0]         special = {|nan | (|inf_pos & |inf_neg), |inf_pos, |inf_neg};

    genvar l;
    generate
        for (l = 0; l < LANES; l = l + 1) begin : g_lane
            wire [E-1:0]      a_exp, b_exp;
            wire [REST-1:0]   a_rest;
            wire [DIGITS-1:0] b_rest;
            wire a_sign, a_nan, a_top, a_zero;
            wire b_sign, b_nan, b_top, b_zero;
            flx_rival_operand #(.EXP_BITS(E), .FRAC_BITS(F), .SUBNORMAL(SUBNORMAL)) u_a (
                .word_i(a_i[l*(E+F+1) +: E+F+1]), .sign_o(a_sign), .exp_o(a_exp), .nan_o(a_nan), .top_o(a_top), .zero_o(a_zero),
                .rest_o(a_rest)
            );
            flx_rival_operand #(.EXP_BITS(E), .FRAC_BITS(F), .SUBNORMAL(SUBNORMAL), .FAST(FAST)) u_b (
                .word_i(b_i[l*B_BITS +: B_BITS]), .sign_o(b_sign), .exp_o(b_exp), .nan_o(b_nan), .top_o(b_top), .zero_o(b_zero),
                .rest_o(b_rest)
            );
            wire some   = !a_zero && !b_zero;
            wire inf    = (a_top | b_top) & !nan[l];
            assign nan[l]     = a_nan | b_nan | (a_top & b_zero) | (b_top & a_zero);
            assign sign[l]    = a_sign ^ b_sign;
            assign inf_pos[l] = inf & !sign[l];
            assign inf_neg[l] = inf & sign[l];
            wire [X-1:0] both  = {1'b0, a_exp} + {1'b0, b_exp};
            assign exp[l*X +: X] = both & {X{some}};
            // with SUBNORMAL = 0 a hidden one stays in a zero: exponent 0 tells
            flx_rival_umul #(.BITS(M), .HIDDEN(HIDDEN), .FAST(FAST)) u_umul (
                .a_i({{HIDDEN{1'b1}}, a_rest}), .b_i(b_rest), .p_o(product[l*P +: P])
            );
            // running maximum
            wire [X-1:0] greatest;
            if (l == 0) begin : g_first
                assign greatest = exp[X-1:0];
            end else begin : g_max
                wire [X-1:0] so_far = g_lane[l-1].greatest;
                wire [X:0]   below  = {1'b0, exp[l*X +: X]} - {1'b0, so_far};        // its borrow: flx_rival_add.v
                assign greatest = below[X] ? so_far : exp[l*X +: X];
                wire unused = &{1'b0, below[X-1:0]};
            end
        end
        assign top = g_lane[LANES-1].greatest;
    endgenerate

    flx_rival_pipe #(.WIDTH(LANES*(P+X+1)+X+3), .DEPTH(PE_PIPE)) u_products (
        .clk_i(clk_i), .rst_ni(1'b1), .data_i({product, exp, sign, top, special}), .data_o({product_q, exp_q, sign_q, top_q, special_o})
    );

    wire [LANES*W-1:0] aligned;
    generate
        for (l = 0; l < LANES; l = l + 1) begin : g_align
            wire [X-1:0] mine     = exp_q[l*X +: X];
            wire [X-1:0] distance = top_q - mine;
            wire         none     = |distance[X-1:5] | (SUBNORMAL == 0 & ~|mine);
            wire [W-1:0] shifted  = {product_q[l*P +: P], {W-P{1'b0}}} >> distance[4:0];
            assign aligned[l*W +: W] = shifted & {W{!none}};
        end
    endgenerate

    // A negative row is inverted; the missing 1 is added at its lowest bit. Sign bits are inverted, and each row's excess 2^W taken back at once.
    reg [SUM_BITS-1:0] sum;
    integer i;
    always @* begin
        sum = {SUM_BITS{1'b0}} - (LANES[SUM_BITS-1:0] << W);
        for (i = 0; i < LANES; i = i + 1)
            sum = sum + {{SUM_BITS-W-1{1'b0}}, !sign_q[i], aligned[i*W +: W] ^ {W{sign_q[i]}}} + {{SUM_BITS-1{1'b0}}, sign_q[i]};
    end
    assign sum_o = sum;
    assign exp_o = {{10-X{1'b0}}, top_q} + REBIAS[9:0];
endmodule
`default_nettype wire
