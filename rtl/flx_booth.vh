// flx_booth.vh - one radix-4 Booth row: digit * a, digit in {-2, -1, 0, 1, 2}. Included by rtl/flx_dot.v; proven by verif/formal/booth_lemmas.v
//
// group is b[2d+1], b[2d], b[2d-1]: digit = -2 group[2] + group[1] + group[0]. The result is {neg, row}: the row is N + 1 bits with its sign
// bit inverted, and a negative row lacks 1, which neg is: digit * a = row - 2^N + neg. The including module defines N.
function [N+1:0] flx_booth(input [N-1:0] a, input [2:0] group);
    reg [N:0] row;
    begin
        row = ({a[N-1], a} & {N+1{group[1] ^ group[0]}}) | ({a, 1'b0} & {N+1{group[1] == group[0] && group[2] != group[1]}});
        row = row ^ {N+1{group[2]}};
        flx_booth = {group[2], ~row[N], row[N-1:0]};
    end
endfunction
