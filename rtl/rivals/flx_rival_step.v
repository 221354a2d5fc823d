// flx_rival_step.v - one accumulation step of a rival: acc_o = acc_i + a * b. Twin: verif/rivals/oracle.cc
// SPDX-License-Identifier: Apache-2.0
//
// KIND           operands, accumulator                                    arithmetic of a step (docs/rivals.md)
//   0 INT8       8-bit integers, 32 bits modulo 2^32       LANES >= 1     exact
//   1 BF16/BF16  bfloat16, bfloat16                        LANES = 1      acc = acc + a * b, each rounded to nearest even
//   2 FP16/FP16  binary16, binary16                        LANES = 1      the same
//   3 BF16/FP32  bfloat16, binary32                        LANES = 1      the same; the product is exact
//                                                          LANES > 1      flx_rival_fdot, flx_rival_facc
//   4 FP16/FP32  binary16, binary32                                       as 3
//   5 FP32       binary32, binary32                        LANES = 1      as 1
// SUBNORMAL: of binary16 operands and of the binary16 accumulator; the others flush to zero. SERIAL: flx_rival_norm.v.
// FAST: 1 = `*` and plain words in b_i, 0 = words of flx_rival_edge.v, with digits, IN_BITS and B_BITS a lane.
// PE_PIPE registers lie between a_i, b_i and their use beside acc_i; combinational with PE_PIPE = 0.
`default_nettype none
module flx_rival_step #(
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
    input  wire                     clk_i,
    input  wire [LANES*IN_BITS-1:0] a_i,
    input  wire [LANES*B_BITS-1:0]  b_i,
    input  wire [ACC_BITS-1:0]      acc_i,
    output wire [ACC_BITS-1:0]      acc_o
);
    localparam E  = KIND == 2 || KIND == 4 ? 5 : 8;
    localparam F  = KIND == 5 ? 23 : KIND == 2 || KIND == 4 ? 10 : 7;
    localparam OE = KIND == 2 ? 5 : 8;
    localparam OF = KIND == 1 ? 7 : KIND == 2 ? 10 : 23;
    localparam IN_SUB  = KIND == 2 || KIND == 4 ? SUBNORMAL : 0;
    localparam ACC_SUB = KIND == 2 ? SUBNORMAL : 0;

    generate
        if (KIND == 0) begin : g_int8
            if (PE_PIPE != 0) begin : g_pipe
                flx_rule_rival_int8_has_no_pipe u_rule();
            end
            if (FAST != 0) begin : g_rows
                flx_dot_fast #(.LANES(LANES), .MANT_BITS(8), .SUM_BITS(32)) u_dot (.a_i(a_i), .b_i(b_i), .add_i(acc_i), .sum_o(acc_o));
            end else begin : g_digits
                flx_dot #(.LANES(LANES), .MANT_BITS(8), .SUM_BITS(32)) u_dot (.a_i(a_i), .digits_i(b_i), .add_i(acc_i), .sum_o(acc_o));
            end
        end else if (LANES == 1) begin : g_one
            if (PE_PIPE > 1) begin : g_pipe
                flx_rule_rival_one_lane_has_pipe_0_or_1 u_rule();
            end
            wire [OE+OF:0] product, addend;
            flx_rival_mul #(
                .EXP_BITS(E), .FRAC_BITS(F), .OUT_EXP_BITS(OE), .OUT_FRAC_BITS(OF), .SUBNORMAL(IN_SUB), .FAST(FAST),
                .SERIAL(SERIAL)
            ) u_mul (.a_i(a_i), .b_i(b_i), .p_o(product));
            flx_rival_pipe #(.WIDTH(OE+OF+1), .DEPTH(PE_PIPE)) u_product (.clk_i(clk_i), .rst_ni(1'b1), .data_i(product), .data_o(addend));
            flx_rival_add #(.EXP_BITS(OE), .FRAC_BITS(OF), .SUBNORMAL(ACC_SUB), .SERIAL(SERIAL)) u_add (
                .x_i(addend), .y_i(acc_i), .z_o(acc_o)
            );
        end else begin : g_lanes
            if (KIND != 3 && KIND != 4) begin : g_kind
                flx_rule_rival_lanes_need_kind_0_3_or_4 u_rule();
            end
            localparam SUM_BITS = 27 + $clog2(LANES);
            wire [SUM_BITS-1:0] sum, sum_acc;
            wire [9:0]          exp, exp_acc;
            wire [2:0]          special, special_acc;
            flx_rival_fdot #(
                .EXP_BITS(E), .FRAC_BITS(F), .LANES(LANES), .SUBNORMAL(IN_SUB), .FAST(FAST), .PE_PIPE(PE_PIPE > 1 ? 1 : 0), .SUM_BITS(SUM_BITS)
            ) u_fdot (.clk_i(clk_i), .a_i(a_i), .b_i(b_i), .sum_o(sum), .exp_o(exp), .special_o(special));
            flx_rival_pipe #(.WIDTH(SUM_BITS+13), .DEPTH(PE_PIPE > 0 ? 1 : 0)) u_sum (
                .clk_i(clk_i), .rst_ni(1'b1), .data_i({special, exp, sum}), .data_o({special_acc, exp_acc, sum_acc})
            );
            flx_rival_facc #(.SUM_BITS(SUM_BITS), .SERIAL(SERIAL)) u_facc (
                .sum_i(sum_acc), .exp_i(exp_acc), .special_i(special_acc), .acc_i(acc_i), .acc_o(acc_o)
            );
        end
    endgenerate
    wire unused = clk_i;
endmodule
`default_nettype wire
