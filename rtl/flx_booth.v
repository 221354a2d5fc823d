// flx_booth.v - one radix-4 Booth row: digit * a, digit in {-2, -1, 0, 1, 2}. Twin: rtl/flx_dot.v
//
// group_i is b[2d+1], b[2d], b[2d-1]; digit = -2 group_i[2] + group_i[1] + group_i[0]. The row is N + 1 bits with its sign bit inverted; a negative
// row lacks 1, which neg_o is: digit * a = row_o - 2^N + neg_o. Combinational.
`default_nettype none
module flx_booth #(
    parameter MANT_BITS = 16
) (
    input  wire [MANT_BITS-1:0] a_i,
    input  wire [2:0]           group_i,
    output wire [MANT_BITS:0]   row_o,
    output wire                 neg_o
);
    localparam N = MANT_BITS;
    wire         one = group_i[1] ^ group_i[0];
    wire         two = group_i[1] == group_i[0] && group_i[2] != group_i[1];
    wire [N:0]   row = (({a_i[N-1], a_i} & {N+1{one}}) | ({a_i, 1'b0} & {N+1{two}})) ^ {N+1{group_i[2]}};
    assign row_o = {~row[N], row[N-1:0]};
    assign neg_o = group_i[2];
endmodule
`default_nettype wire
