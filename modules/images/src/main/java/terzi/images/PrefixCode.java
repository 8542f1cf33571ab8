package terzi.images;

import java.io.EOFException;
import java.io.IOException;

/** A canonical prefix code of WebP (RFC 9649, section 3.7.2): symbols by the bits that stand for them. */
final class PrefixCode {
    private static final int LONGEST = 15;

    /** Codes up to this length are looked up at once. */
    private static final int TABLE_BITS = 8;

    /** By the next bits: symbol and length of the code that they begin with, or 0 for a longer code. */
    private final int[] table;

    private final int tableBits;

    /** How many codes there are of each length, and their symbols in the order of their codes. */
    private final int[] counts;

    private final short[] symbols;

    private PrefixCode(int[] counts, short[] symbols, int tableBits) {
        this.counts = counts;
        this.symbols = symbols;
        this.tableBits = tableBits;
        this.table = new int[1 << tableBits];
    }

    /**
     * The code whose symbols have codes of these lengths, 0 for symbols without one. A code of a single symbol takes no
     * bits.
     *
     * @param alphabet how many symbols there are; lengths after them do not count
     * @throws IOException if the lengths make no complete code
     */
    static PrefixCode of(int[] lengths, int alphabet) throws IOException {
        int[] counts = new int[LONGEST + 1];
        int used = 0;
        int longest = 0;
        int taken = 0;
        for (int symbol = 0; symbol < alphabet; symbol++) {
            int length = lengths[symbol];
            if (length > 0) {
                counts[length]++;
                used++;
                longest = Math.max(longest, length);
                taken += 1 << (LONGEST - length);
            }
        }
        if (used == 0 || (used > 1 && taken != 1 << LONGEST)) {
            throw new IOException("a prefix code of " + used + " symbols is not complete");
        }
        int[] next = new int[LONGEST + 2];
        for (int length = 1; length <= LONGEST; length++) {
            next[length + 1] = next[length] + counts[length];
        }
        short[] symbols = new short[used];
        for (int symbol = 0; symbol < alphabet; symbol++) {
            if (lengths[symbol] > 0) {
                symbols[next[lengths[symbol]]++] = (short) symbol;
            }
        }
        if (used == 1) {
            counts = new int[0];
            longest = 0;
        }
        PrefixCode code = new PrefixCode(counts, symbols, Math.min(longest, TABLE_BITS));
        code.fillTable();
        return code;
    }

    private void fillTable() {
        if (tableBits == 0) {
            table[0] = symbols[0] << 4;
            return;
        }
        int code = 0;
        int index = 0;
        for (int length = 1; length <= tableBits; length++) {
            for (int n = 0; n < counts[length]; n++, code++, index++) {
                // the first bit read is the highest of the code
                int first = Integer.reverse(code) >>> (32 - length);
                for (int i = first; i < table.length; i += 1 << length) {
                    table[i] = symbols[index] << 4 | length;
                }
            }
            code <<= 1;
        }
    }

    int read(WebpBits bits) throws EOFException {
        int ahead = bits.peek();
        int found = table[ahead & (table.length - 1)];
        if (found != 0 || tableBits == 0) {
            bits.drop(found & 15);
            return found >> 4;
        }
        int code = 0;
        int first = 0;
        int index = 0;
        for (int length = 1; length <= LONGEST; length++) {
            code |= ahead & 1;
            ahead >>>= 1;
            int count = counts[length];
            if (code - first < count) {
                bits.drop(length);
                return symbols[index + code - first];
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        throw new AssertionError("a complete code has a symbol for all bits");
    }
}
