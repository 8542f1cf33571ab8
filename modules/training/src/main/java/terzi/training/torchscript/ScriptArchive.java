package terzi.training.torchscript;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The zip archive that libtorch loads a TorchScript module from: {@code data.pkl} (the module object), {@code code/__torch__.py} (its methods),
 * {@code constants.pkl} and {@code version}. libtorch maps entries in place, so none of them may be compressed.
 */
final class ScriptArchive {

    /** Newest file format of libtorch 2.7; older numbers make it rewrite operators such as {@code div} and {@code gelu} to their old meaning. */
    private static final String FORMAT_VERSION = "10\n";

    private static final String INDENT = "  ";

    private ScriptArchive() {}

    /** Returns the archive of a module without state whose class body is the given methods, each starting at column 0. */
    static byte[] of(Iterable<String> methods) {
        StringBuilder code =
                new StringBuilder("class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
        for (String method : methods) {
            method.lines()
                    .filter(line -> !line.isBlank())
                    .forEach(line -> code.append(INDENT).append(line).append('\n'));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            store(zip, "m/data.pkl", moduleObject());
            store(zip, "m/code/__torch__.py", code.toString().getBytes(StandardCharsets.UTF_8));
            store(zip, "m/constants.pkl", emptyTuple());
            store(zip, "m/version", FORMAT_VERSION.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException("writing an archive to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /** Pickle, protocol 2: an object of class {@code __torch__.M} with the state {@code {"training": True}}. */
    private static byte[] moduleObject() {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.writeBytes(new byte[] {(byte) 0x80, 2});
        pickle.writeBytes(ascii("c__torch__\nM\n")); // GLOBAL
        pickle.writeBytes(new byte[] {')', (byte) 0x81, '}', '('}); // EMPTY_TUPLE NEWOBJ EMPTY_DICT MARK
        pickle.writeBytes(new byte[] {'X', 8, 0, 0, 0}); // BINUNICODE with a little-endian length
        pickle.writeBytes(ascii("training"));
        pickle.writeBytes(new byte[] {(byte) 0x88, 'u', 'b', '.'}); // NEWTRUE SETITEMS BUILD STOP
        return pickle.toByteArray();
    }

    private static byte[] emptyTuple() {
        return new byte[] {(byte) 0x80, 2, ')', '.'};
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(crc.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
