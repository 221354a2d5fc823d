// sums.v - sums of every form that synth/flow/columns.py has to know: signs, products, squares, subtraction, sign extensions, constants. Twin: verif/synth/synth_test.sh
// SPDX-License-Identifier: Apache-2.0
`default_nettype none
module sums #(
    parameter N = 4,
    parameter M = 3,
    parameter W = 8     // of a sum: more or less than its words need
) (
    input  wire signed [N-1:0] a_i, c_i,
    input  wire signed [M-1:0] b_i,
    input  wire        [N-1:0] u_i, w_i,
    input  wire        [M-1:0] v_i,
    input  wire                x_i, y_i, z_i,
    output wire        [W-1:0] signed_o, unsigned_o, product_o, difference_o, negative_o, square_o, extended_o, squares_o, multiple_o, joined_o
);
    /* verilator lint_off WIDTH */   // how far Yosys extends each operand is what is tested
    assign signed_o     = a_i + b_i + c_i + $signed({1'b0, x_i});
    assign unsigned_o   = u_i + v_i + w_i + x_i + y_i + z_i;
    assign product_o    = a_i * b_i - c_i + 17;
    assign difference_o = u_i * v_i - w_i * v_i - x_i;
    assign negative_o   = -(a_i * c_i) - b_i - b_i - 3;
    assign square_o     = u_i * u_i + u_i + x_i;
    assign extended_o   = {{2*W{b_i[M-1]}}, b_i} + {{2*W{a_i[N-1]}}, a_i} - {{2*W{c_i[N-1]}}, c_i} - 5;
    assign squares_o    = a_i * a_i - b_i * b_i + c_i * $signed(3'b101);
    assign multiple_o   = u_i + u_i + u_i + v_i + v_i + 200 - {4{x_i}};
    assign joined_o     = {u_i, v_i} - {w_i, v_i} + {x_i, 3'b0} + {3{y_i}} + z_i;
    /* verilator lint_on WIDTH */
endmodule
`default_nettype wire
