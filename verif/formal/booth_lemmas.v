// booth_lemmas.v - what makes flx_dot a dot product, for every operand. Twin: rtl/flx_booth.vh, formal.sh
//
//   1. A row is its digit times a:   row - 2^N + neg = digit * a
//   2. The digits are b:             sum of digit_d 4^d = b
// flx_dot adds row 4^d, neg 4^d and -2^N 4^d, nothing else; so with 1 and 2 it adds a * b of every lane to add_i.
`default_nettype none
module booth_lemmas #(
    parameter MANT_BITS = 16
) (
    input  wire [MANT_BITS-1:0] a_i,
    input  wire [2:0]           group_i,
    input  wire [MANT_BITS-1:0] b_i,
    output wire                 wrong_row_o,
    output wire                 wrong_digits_o
);
    localparam N      = MANT_BITS;
    localparam DIGITS = (N + 1) / 2;
    localparam W      = N + 4;

    `include "flx_booth.vh"
    wire [N:0] row;
    wire       neg;
    assign {neg, row} = flx_booth(a_i, group_i);
    wire [W-1:0] a     = {{W-N{a_i[N-1]}}, a_i};
    wire [W-1:0] value = {{W-N-1{1'b0}}, row} - ({{W-1{1'b0}}, 1'b1} << N) + {{W-1{1'b0}}, neg};
    reg  [W-1:0] want;
    always @*
        case (group_i)
            3'b000, 3'b111: want = {W{1'b0}};
            3'b001, 3'b010: want = a;
            3'b011:         want = a + a;
            3'b100:         want = -(a + a);
            default:        want = -a;          // 101, 110
        endcase
    assign wrong_row_o = value != want;

    wire [2*DIGITS:0] digits = {{2*DIGITS-N+1{b_i[N-1]}}, b_i[N-2:0], 1'b0};
    reg  [W-1:0]      sum, digit;
    integer           d;
    always @* begin
        sum = {W{1'b0}};
        for (d = 0; d < DIGITS; d = d + 1) begin
            digit = {{W-1{1'b0}}, digits[2*d+1]} + {{W-1{1'b0}}, digits[2*d]} - {{W-2{1'b0}}, digits[2*d+2], 1'b0};
            sum   = sum + (digit << (2 * d));
        end
    end
    assign wrong_digits_o = sum != {{W-N{b_i[N-1]}}, b_i};
endmodule
`default_nettype wire
