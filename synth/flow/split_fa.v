// split_fa.v - techmap: a $fa of one bit with a constant input becomes logic, the others wait for the library's full adder. Twin: synth/flow/flow.sh
// SPDX-License-Identifier: Apache-2.0
(* techmap_celltype = "$fa" *)
module flx_split_fa (A, B, C, X, Y);
    parameter WIDTH = 1;
    input A, B, C;
    output X, Y;
    parameter _TECHMAP_CONSTMSK_A_ = 0;
    parameter _TECHMAP_CONSTMSK_B_ = 0;
    parameter _TECHMAP_CONSTMSK_C_ = 0;
    wire _TECHMAP_FAIL_ = !(_TECHMAP_CONSTMSK_A_ || _TECHMAP_CONSTMSK_B_ || _TECHMAP_CONSTMSK_C_);
    assign Y = A ^ B ^ C;
    assign X = (A & B) | (A & C) | (B & C);
endmodule
