package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaProbeTest {

    @TempDir
    Path folder;

    @Test
    void librariesAreFoundInFoldersAndInTheLoadersCache() throws Exception {
        List<String> wanted = List.of("libcuda.so.1", "libcudart.so.12");
        assertEquals(wanted, CudaProbe.missing(wanted, Set.of(folder), ""));
        Files.createFile(folder.resolve("libcuda.so.1"));
        assertEquals(List.of("libcudart.so.12"), CudaProbe.missing(wanted, Set.of(folder), ""));
        String cache = "ld.so-1.7.0\0libcudart.so.12\0/opt/cuda/lib64/libcudart.so.12\0";
        assertEquals(List.of(), CudaProbe.missing(wanted, Set.of(folder), cache));
        assertEquals(List.of("libcudart.so.1"), CudaProbe.missing(List.of("libcudart.so.1"), Set.of(), cache));
    }

    @Test
    void theFolderOfTheUnpackedLibraryIsReadFromTheMemoryMap() {
        assertEquals(
                Optional.of(Path.of("/tmp/onnxruntime-java123")),
                OrtLibrary.folderIn(List.of(
                        "7f00-7f01 r-xp 00000000 08:01 1 /usr/lib/libc.so.6",
                        "7f02-7f03 r-xp 00000000 08:01 2 /tmp/onnxruntime-java123/libonnxruntime.so")));
        assertEquals(
                Optional.empty(),
                OrtLibrary.folderIn(List.of("7f02-7f03 r-xp 00000000 08:01 2 /opt/ort/libonnxruntime.so")));
    }
}
