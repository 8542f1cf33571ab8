package terzi.inference;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The digest that a classifier file carries of itself, so that a changed or damaged file is refused instead of giving
 * other answers: the SHA-256 of the whole file, computed as if the 64 digits of the stored digest were zeros.
 */
public final class ClassifierDigest {

    /** The metadata key that holds the digest. */
    public static final String KEY = ModelEnvelope.DIGEST_KEY;

    /** What the metadata must hold before {@link #seal}: 64 zeros. */
    public static final String PLACEHOLDER = "0".repeat(64);

    private ClassifierDigest() {}

    /**
     * Checks that a file is an intact classifier file of a version that can be read, without loading its network.
     *
     * @param file classifier file
     * @return digest in 64 lower-case hexadecimal digits
     * @throws ClassifierFileException if it is not; the message has the reason
     * @throws IOException if the file cannot be read
     */
    public static String verify(Path file) throws IOException {
        return String.valueOf(ClassifierLoader.check(file).metadata().get(KEY));
    }

    /**
     * Puts the right digest into the bytes of an ONNX model whose metadata has the {@link #KEY}.
     *
     * @param model the bytes of the file; changed in place
     * @return the digest, 64 lower-case hexadecimal digits
     * @throws ClassifierFileException when the bytes are not an ONNX model or have no place for the digest
     */
    public static String seal(byte[] model) throws ClassifierFileException {
        try {
            ModelEnvelope envelope = ModelEnvelope.read(ModelEnvelope.Bytes.of(model));
            if (envelope.digestOffset() < 0) {
                throw new IOException("its metadata has no '" + KEY + "' of 64 digits; put PLACEHOLDER there first");
            }
            String digest = envelope.digest();
            byte[] digits = digest.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(digits, 0, model, Math.toIntExact(envelope.digestOffset()), digits.length);
            return digest;
        } catch (IOException e) {
            throw new ClassifierFileException("cannot put a digest into the model: " + e.getMessage(), e);
        }
    }
}
