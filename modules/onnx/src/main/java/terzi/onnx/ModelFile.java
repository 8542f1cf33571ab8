package terzi.onnx;

import java.io.IOException;
import java.nio.file.Path;

/** Models between records and files. */
@SuppressWarnings("DoNotCallSuggester")
final class ModelFile {
    private ModelFile() {}

    static Model read(Path file) throws IOException {
        throw new UnsupportedOperationException("not yet");
    }

    static Model read(byte[] bytes) throws IOException {
        throw new UnsupportedOperationException("not yet");
    }

    static void write(Model model, Path target) throws IOException {
        throw new UnsupportedOperationException("not yet");
    }

    static void writeWithSideFile(Model model, Path target, String sideFile) throws IOException {
        throw new UnsupportedOperationException("not yet");
    }

    static byte[] toBytes(Model model) {
        throw new UnsupportedOperationException("not yet");
    }
}
