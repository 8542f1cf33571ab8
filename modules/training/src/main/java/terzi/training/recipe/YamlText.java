package terzi.training.recipe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The text of a YAML file. YAML is written in UTF-8, or in UTF-16 with a byte order mark; a mark is not part of the text.
 */
final class YamlText {
    /** Far more than any recipe; what is longer is another kind of file. */
    private static final int MOST_BYTES = 4 << 20;

    private static final int BYTE_ORDER_MARK = 0xFEFF;

    private YamlText() {}

    /**
     * Reads a file.
     *
     * @throws RecipeException if it is not text; the message names the file and the line
     * @throws IOException if it cannot be read
     */
    static String read(Path file) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        }
        if (bytes.length > MOST_BYTES) {
            throw new RecipeException(file + ": expected a YAML file of at most " + (MOST_BYTES >> 20)
                    + " MiB, found a longer file; is it the right one?");
        }
        return decode(bytes, file.toString());
    }

    /** @param name of the source, for messages */
    static String decode(byte[] bytes, String name) throws RecipeException {
        Charset charset = StandardCharsets.UTF_8;
        if (startsWith(bytes, 0xFE, 0xFF)) {
            charset = StandardCharsets.UTF_16BE;
        } else if (startsWith(bytes, 0xFF, 0xFE)) {
            charset = StandardCharsets.UTF_16LE;
        }
        CharsetDecoder decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = decoder.decode(in, out, true);
        String text = out.flip().toString();
        int zero = text.indexOf('\0');
        if (zero >= 0) {
            throw new RecipeException(name + ":" + line(text.substring(0, zero))
                    + ": expected text in UTF-8, found the byte 0x00; it may be UTF-16 without a byte order mark, or"
                    + " not a text at all: save the file as UTF-8");
        }
        if (result.isError()) {
            throw new RecipeException(name + ":" + line(text) + ": expected text in UTF-8, found "
                    + (charset.equals(StandardCharsets.UTF_8)
                            ? String.format("the byte 0x%02X, which is not UTF-8 here", bytes[in.position()] & 0xff)
                            : "half a character of UTF-16")
                    + "; save the file as UTF-8");
        }
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }

    private static boolean startsWith(byte[] bytes, int first, int second) {
        return bytes.length >= 2 && (bytes[0] & 0xff) == first && (bytes[1] & 0xff) == second;
    }

    /** The line that comes after this text, from 1. */
    private static long line(String before) {
        return before.lines().count() + (before.isEmpty() || before.endsWith("\n") || before.endsWith("\r") ? 1 : 0);
    }
}
