// flx_digit.vh - one row of a multiplier: digit * a, digit in {-2, -1, 0, 1, 2}. Included by rtl/array/flx_dot.v; proven by verif/formal/digit_lemmas.v
// SPDX-License-Identifier: Apache-2.0
//
// digit is {low, neg, two, one} (flx_recode.v), at most one of them 1. The result is {minus, row}: the row is N + 1 bits with its sign bit
// inverted, and a negative row lacks 1, which minus is: digit * a = row - 2^N + minus. The including module defines N.
function [N+1:0] flx_digit(input [N-1:0] a, input [3:0] digit);
    reg [N:0] row;
    begin
        row = ({a[N-1], a} & {N+1{digit[0]}}) | ({a, 1'b0} & {N+1{digit[1]}}) | (~{a[N-1], a} & {N+1{digit[2]}}) | (~{a, 1'b0} & {N+1{digit[3]}});
        flx_digit = {digit[2] || digit[3], ~row[N], row[N-1:0]};
    end
endfunction
