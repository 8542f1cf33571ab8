package terzi.backbones.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The bytes of a file, with its end known, so that no length in the file is believed before it is compared with what is left. */
final class PickleInput {
    private static final int LONGEST_TEXT = 1 << 20;

    private final InputStream stream;
    private long left;

    /** @param length number of bytes that the stream has */
    PickleInput(InputStream stream, long length) {
        this.stream = stream;
        this.left = length;
    }

    /** Number of bytes up to the end. */
    long left() {
        return left;
    }

    int unsignedByte() throws IOException {
        int value = left > 0 ? stream.read() : -1;
        if (value < 0) {
            throw cutOff();
        }
        left--;
        return value;
    }

    int unsignedShort() throws IOException {
        return little(2).getShort() & 0xffff;
    }

    int integer() throws IOException {
        return little(4).getInt();
    }

    long longInteger() throws IOException {
        return little(8).getLong();
    }

    /** In big endian, the only number of a pickle that is. */
    double real() throws IOException {
        return ByteBuffer.wrap(bytes(8)).getDouble();
    }

    private ByteBuffer little(int count) throws IOException {
        return ByteBuffer.wrap(bytes(count)).order(ByteOrder.LITTLE_ENDIAN);
    }

    String text(long length) throws IOException {
        if (length < 0 || length > LONGEST_TEXT) {
            throw new TorchFormatException(
                    "is damaged: a text of " + length + " bytes, longer than " + LONGEST_TEXT + "; get the file again");
        }
        return new String(bytes((int) length), StandardCharsets.UTF_8);
    }

    /** Up to a line feed, which is left out. */
    String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = unsignedByte(); next != '\n'; next = unsignedByte()) {
            line.write(next);
            if (line.size() > LONGEST_TEXT) {
                throw new TorchFormatException("is damaged: a line without an end; get the file again");
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    byte[] bytes(int count) throws IOException {
        if (count < 0 || count > left) {
            throw cutOff();
        }
        byte[] bytes = stream.readNBytes(count);
        if (bytes.length < count) {
            throw cutOff();
        }
        left -= count;
        return bytes;
    }

    private static TorchFormatException cutOff() {
        return new TorchFormatException("ends in the middle of a value: it is damaged or cut off; get the file again");
    }
}
