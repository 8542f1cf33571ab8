package terzi.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 digests in lower-case hexadecimal. */
public final class Sha256 {
    private Sha256() {}

    /** {@return a new SHA-256 digest without input} */
    public static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no SHA-256, which every Java platform must have", e);
        }
    }

    /**
     * Computes the digest of bytes.
     *
     * @param bytes the content, of any length
     * @return the SHA-256 in 64 lower-case hexadecimal digits
     */
    public static String of(byte[] bytes) {
        return HexFormat.of().formatHex(start().digest(bytes));
    }

    /**
     * Computes the digest of a text in UTF-8.
     *
     * @param text the text
     * @return the SHA-256 in 64 lower-case hexadecimal digits
     */
    public static String ofText(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Computes the digest of the rest of a stream, which stays open.
     *
     * @param stream the stream, read from its current position to its end
     * @return the SHA-256 in 64 lower-case hexadecimal digits
     * @throws IOException if the stream cannot be read
     */
    public static String of(InputStream stream) throws IOException {
        MessageDigest digest = start();
        byte[] buffer = new byte[1 << 16];
        for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
            digest.update(buffer, 0, n);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
